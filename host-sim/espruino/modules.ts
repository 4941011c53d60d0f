/**
 * `require` and `Modules`: what was loaded already, then what the firmware brings, then files in Storage.
 *
 * A module's text is the body of a function with `exports` and `module`, as on a board; there is no such thing as a
 * path, and nothing is fetched.
 */
import type { Realm } from "./realm";
import type { Storage } from "./storage";
import { sourceOf } from "./tokens";

type Run = (
  this: object,
  exports: object,
  module: object,
  readTokens: (code: string) => string,
  /** Ties `module.exports` to the variable. */
  tie: (get: () => unknown, set: (value: unknown) => void) => void,
) => void;

/** What stands round a module's text, in its first line and after its last. */
const HEAD =
  "(function (exports, module, readTokens, tie) {" +
  "tie(function () { return exports; }, function (value) { exports = value; });tie = undefined;";
const TAIL = "\n})";

export class Modules {
  private readonly cache = new Map<string, unknown>();

  /** `builtIn`: the libraries of the firmware itself, by name; Storage cannot shadow them. */
  constructor(
    private readonly realm: Realm,
    private readonly storage: Storage,
    private readonly builtIn: Record<string, unknown>,
    /** What is done to the text of each program. */
    private readonly prepared: (source: string) => string = (source) => source,
  ) {}

  globals(): Record<string, unknown> {
    return {
      require: (name: string) => this.require(name),
      Modules: this.realm.object({
        addCached: (name: string, code: unknown) => this.add(name, code),
        removeCached: (name: string) => void this.cache.delete(name),
        removeAllCached: () => this.cache.clear(),
        getCached: () => this.realm.array(this.cache.keys()),
      }),
    };
  }

  /** The exports of a module, loaded at the first call. Throws when there is none, and what its code throws. */
  require(name: string): unknown {
    if (typeof name !== "string") {
      throw this.realm.typeError(`Expecting module name as a string, got ${typeof name}`);
    }
    if (!this.cache.has(name)) this.cache.set(name, this.builtIn[name] ?? this.fromStorage(name));
    return this.cache.get(name);
  }

  private fromStorage(name: string): unknown {
    const source = this.storage.read(name);
    if (source === undefined) throw this.realm.error(`Module "${name}" not found`);
    return this.load(name, source);
  }

  /** `code`: the module's text, or a function whose body is it (its own scope is not seen, as on a board). */
  private add(name: string, code: unknown): void {
    const source = typeof code === "function" ? `(${code}).call(this)` : String(code);
    this.cache.set(name, this.load(name, source));
  }

  /**
   * Runs a module's text. What it leaves in the variable `exports` counts, so it may assign to it; `module.exports` is
   * that very variable, since on a board `module` is the scope in which the text runs.
   */
  private load(name: string, source: string): unknown {
    const read = (code: string) => this.prepared(sourceOf(code, "readTokens"));
    const run = this.realm.evaluate<Run>(HEAD + read(source) + TAIL, name, HEAD.length);
    const module = this.realm.object({});
    const exports = this.realm.object({});
    run.call(exports, exports, module, read, (get, set) => {
      Object.defineProperty(module, "exports", { get, set, enumerable: true, configurable: true });
    });
    return (module as { exports?: unknown }).exports;
  }
}
