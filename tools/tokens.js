/**
 * Writes beside each x.min.js, which is text for people and tests, the file x.tok.js that goes into a board's Storage: in
 * tokens (pretokenise.js), with its frozen drawers compressed (frozen_drawers.js). Bytes, one a character.
 */
const { freeze } = require("./frozen_drawers");

/** A rollup output plugin. */
exports.tokens = function tokens() {
  return {
    name: "tokens",
    generateBundle(_options, bundle) {
      for (const { fileName, code } of Object.values(bundle)) {
        const source = Buffer.from(freeze(code), "latin1");
        this.emitFile({ type: "asset", fileName: fileName.replace(".min.js", ".tok.js"), source });
      }
    },
  };
};
