/**
 * Sends a program to a board that runs the module `update` (firmware/modules/update/update.ts has the protocol).
 *
 *     npm run update -- --host 192.168.1.20 --password secret app.js
 *
 * The password may come by the environment variable UPDATE_PASSWORD as well. Ends with 0 when the board has taken the
 * program, 1 when it has not, 2 when the words of the call are off.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { parseArgs } from "node:util";

const BLOCK = 512;
/** A board that says nothing for so long is given up (ms): it may have to tidy up its flash. */
const PATIENCE = 60000;

const { commandLine } = require("./root") as { commandLine(script: string, name: string): string };

const USAGE = `usage: ${commandLine("run update", "espruino-ethernet-update")} --host ADDRESS [--port 8266] --password SECRET PROGRAM.js`;

/** The chain of digests over a program, in hex. */
export function digestOf(program: Buffer): string {
  let chain: Buffer = Buffer.alloc(0);
  for (let at = 0; at < program.length; at += BLOCK) chain = sha256(chain, program.subarray(at, at + BLOCK));
  return chain.toString("hex");
}

/** The sender's line: what comes, and the proof that whoever sends it knows the password. */
export function headerFor(program: Buffer, nonce: string, password: string): string {
  const digest = digestOf(program);
  const proof = sha256(Buffer.from(`${password}${nonce}${program.length}${digest}${password}`, "latin1"));
  return `${program.length} ${digest} ${proof.toString("hex")}\n`;
}

function sha256(...parts: Buffer[]): Buffer {
  return createHash("sha256").update(Buffer.concat(parts)).digest();
}

/** Sends `program`; resolves with the board's answer ("ok" or "error ..."), rejects when there is none. */
export function sendUpdate(host: string, port: number, password: string, program: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host);
    let heard = "";
    socket.setTimeout(PATIENCE, () => socket.destroy(new Error("the board is silent")));
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the board has hung up")));
    socket.on("data", (data) => {
      heard += data.toString("latin1");
      const [greeting, answer] = heard.split("\n");
      if (heard.split("\n").length > 2) {
        resolve(answer);
        socket.end();
      } else if (answer === "") greeted(greeting);
    });
    let sent = false;
    const greeted = (greeting: string) => {
      const nonce = /^espruino-update 1 ([0-9a-f]{32})$/.exec(greeting)?.[1];
      if (sent) return;
      sent = true;
      if (nonce) socket.write(Buffer.concat([Buffer.from(headerFor(program, nonce, password)), program]));
      else if (greeting.startsWith("error")) resolve(greeting);
      else socket.destroy(new Error(`no board with update: it says ${JSON.stringify(greeting)}`));
    };
  });
}

async function main(args: string[]): Promise<number> {
  const text = { type: "string" } as const;
  const options = { host: text, port: text, password: text, help: { type: "boolean" } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const password = values.password ?? process.env.UPDATE_PASSWORD;
  if (!values.host || !password || positionals.length !== 1) throw new TypeError(USAGE);
  const answer = await sendUpdate(values.host, Number(values.port ?? 8266), password, readFileSync(positionals[0]));
  console.log(answer);
  return answer === "ok" ? 0 : 1;
}

/** The command; ends the process. */
export async function run(args: string[]): Promise<never> {
  try {
    process.exit(await main(args));
  } catch (error) {
    console.error((error as Error).message);
    process.exit(error instanceof TypeError ? 2 : 1);
  }
}

if (require.main === module) void run(process.argv.slice(2));
