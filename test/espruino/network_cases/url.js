// url.parse, of a class that is there without `require`.
[
  "http://host/path?a=b&c=d",
  "http://host:8080",
  "https://user.example/x/y?z",
  "/a?b=c&d=e",
  "host/path",
  "host:80/path",
  "http://h/?a=1&=3&b&c=%41%2fx=y&&",
  "http://h:99999/p?q?r",
  "",
].forEach((text) => {
  var u = url.parse(text, true);
  say(JSON.stringify([u.protocol, u.method, u.host, u.port, u.path, u.pathname, u.search, u.query]));
  say(JSON.stringify(url.parse(text).query));
});
done();
