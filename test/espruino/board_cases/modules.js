// What a module's text leaves in `exports`, whoever assigns to it.
function tryIt(name, text) {
  var m;
  try {
    Modules.addCached(name, text);
    m = require(name);
    say(name + ": " + typeof m + " " + typeof m.f + " " + typeof m.old);
    return m;
  } catch (e) {
    say(name + ": " + e);
  }
}
say(tryIt("assigned", "exports = function () { return 42; }; exports.f = function () { return 43; };")());
say(tryIt("module", "module.exports = function () { return 5; }; exports.f = 1;")());
say(tryIt("fields", "exports.f = function () { return 6; }; this.old = exports;").f());
say(typeof tryIt("class", "class C { f() { return 7; } }; exports = C;"));
say(tryIt("text", "exports = 'text'"));
tryIt("function", () => {
  exports.f = 1;
});
tryIt("none", "var x = 1;");
tryIt("later", "exports.f = 1; setTimeout(function () { exports = 2; }, 0)");
tryIt("needs", "exports = require('assigned');");
require("Storage").write("stored", "exports = function () { return 8; };");
say(require("stored")());
["not there", "a name of a module that is longer than twenty-eight characters"].forEach((name) => {
  try {
    require(name);
  } catch (e) {
    say(e.toString());
  }
});
say(Modules.getCached().join());
Modules.removeCached("text");
say(Modules.getCached().indexOf("text"));
setTimeout(() => {
  say(typeof require("later"));
  done();
}, 20);
