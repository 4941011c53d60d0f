/**
 * A board's JavaScript world: a `vm` context of its own with what Espruino has and without what it lacks.
 *
 * Nothing of Node or of the host's own objects is visible in it. Values that the simulation hands to a program are made
 * by the constructors of this realm, so that `instanceof` and the board's own prototypes hold.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { types } from "node:util";
import { type Context, createContext, runInContext, Script } from "node:vm";
import { registerUnalignedView } from "./bytes";

/** What the realm needs of the board around it. */
export interface RealmHost {
  /** Runs `callback.apply(self, args)` from the idle loop, after what is queued already. */
  queue(callback: (...args: unknown[]) => void, self: unknown, args: unknown[]): void;
  /** 0 <= result < 1 */
  random(): number;
  /** Seconds, as the program's getTime() tells them. */
  getTime(): number;
}

interface Intrinsics {
  Uint8Array: Uint8ArrayConstructor;
  Object: ObjectConstructor;
  Array: ArrayConstructor;
  Error: ErrorConstructor;
  TypeError: ErrorConstructor;
  SyntaxError: ErrorConstructor;
  /** JSON.parse of the realm's own: what it gives are objects of the realm. */
  parseJson(json: string): unknown;
}

const INTRINSICS = `({
  Uint8Array, Object, Array, Error, TypeError, SyntaxError, WeakMap, Proxy, parseJson: JSON.parse,
  namesOf: Object.getOwnPropertyNames, isView: ArrayBuffer.isView
})`;

export class Realm {
  private readonly context: Context = createContext({});
  private readonly intrinsics: Intrinsics;

  constructor(host: RealmHost) {
    this.intrinsics = this.evaluate(INTRINSICS, "intrinsics");
    const intrinsics = { ...this.intrinsics, isBuffer: types.isAnyArrayBuffer };
    this.prepare("absent", intrinsics);
    this.prepare("typed_arrays", intrinsics, registerUnalignedView);
    this.prepare("objects", host.queue, host.random, host.getTime, String.prototype.normalize);
    this.prepare("promise", host.queue);
    this.define({ global: this.global });
  }

  /** The program's global object. */
  get global(): Record<string, unknown> {
    return this.evaluate("globalThis", "global");
  }

  /** Makes each entry a global variable of the program. */
  define(globals: Record<string, unknown>): void {
    Object.assign(this.context, globals);
  }

  /**
   * Runs `source` as a script of the program; gives its last value. Throws what the program throws. `before`: how many
   * characters of the first line are not the program's own, for the places in messages.
   */
  evaluate<T = unknown>(source: string, filename: string, before = 0): T {
    return new Script(source, { filename, columnOffset: -before }).runInContext(this.context) as T;
  }

  /** As `evaluate`; SIGINT stops it, and is thrown as "Execution Interrupted". */
  interruptible(source: string, filename: string): unknown {
    try {
      return new Script(source, { filename }).runInContext(this.context, { breakOnSigint: true });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw code === "ERR_SCRIPT_EXECUTION_INTERRUPTED" ? this.error("Execution Interrupted") : error;
    }
  }

  /** `new Error(message)` of the program's own. */
  error(message: string): Error {
    return new this.intrinsics.Error(message);
  }

  syntaxError(message: string): Error {
    return new this.intrinsics.SyntaxError(message);
  }

  parseJson(json: string): unknown {
    return this.intrinsics.parseJson(json);
  }

  typeError(message: string): Error {
    return new this.intrinsics.TypeError(message);
  }

  /** An object of the program with these fields. */
  object<T extends object>(fields: T): T {
    return this.intrinsics.Object.assign(new this.intrinsics.Object(), fields) as T;
  }

  /** An array of the program with these elements. */
  array<T>(elements: Iterable<T>): T[] {
    const array = new this.intrinsics.Array<T>();
    array.push(...elements);
    return array;
  }

  /** A Uint8Array of the program: that many zeroes, or a copy of these bytes. */
  bytes(content: number | ArrayLike<number>): Uint8Array {
    return typeof content === "number" ? new this.intrinsics.Uint8Array(content) : this.copied(content);
  }

  private copied(content: ArrayLike<number>): Uint8Array {
    const copy = new this.intrinsics.Uint8Array(content.length);
    Uint8Array.prototype.set.call(copy, content);
    return copy;
  }

  /** The function that the file realm/NAME.js is, of this realm. */
  script<T = (...args: unknown[]) => void>(name: string): T {
    const path = join(__dirname, "realm", `${name}.js`);
    return runInContext(readFileSync(path, "utf8"), this.context, { filename: path }) as T;
  }

  /** Classes of the firmware by name, with these methods (realm/classes.js). */
  classes<T extends object>(table: Record<string, string>, methods: object): Record<string, new () => T> {
    type Make = (table: object, methods: object) => Record<string, new () => T>;
    return this.script<Make>("classes")(table, methods);
  }

  private prepare(name: string, ...args: unknown[]): void {
    this.script(name)(...args);
  }
}
