/**
 * How the page is built: into dist/lab/page, all of it local, for browsers of the last two years.
 */
import { fileURLToPath } from "node:url";

/** @type {import("vite").UserConfig} */
export default {
  base: "./",
  build: {
    outDir: fileURLToPath(new URL("../dist/lab/page", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    reportCompressedSize: false,
  },
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
};
