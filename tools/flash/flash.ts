/**
 * Puts a bundle, and what goes with it, into a board's Storage, by Espruino's own command line and without the Internet.
 *
 *     npm run flash -- --board PICO_R1_3 --port /dev/ttyACM0 --app my-program.js --boot
 *
 * Ends with 0 when the board says that all is there, 1 when it does not, 2 when the call cannot be carried out.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type BoardFacts, boardJson, boardNamed, boards, storageBytes } from "./boards";
import { CHIPS } from "./bundles";
import { makePlan, type Plan } from "./plan";
import { FlashError, flashBytes } from "./storage";
import { DONE, FAULTS, PROGRESS, uploadProgram } from "./upload";

const { commandLine } = require("../root") as { commandLine(script: string, name: string): string };

const USAGE = `usage: ${commandLine("run flash", "espruino-ethernet-flash")} --board BOARD --port PORT [options]

  --board BOARD     ${boards.map(({ name }) => name).join(", ")}
  --port PORT       /dev/ttyACM0, COM3, tcp://192.168.1.20:23 ...
  --chip CHIP       ${CHIPS.join(" or ")}; default: the one that the program requires
  --core CORE       js, thumb1, thumb2: the stack in JavaScript or as machine code; default: what the board runs best
  --bundle NAME     how much of it, such as enc28j60-udp; default: the most complete one that fits
  --with NAMES      modules for Storage, with commas between: telnet,update (what the program requires goes anyway)
  --app FILE.js     the program
  --boot            the program starts with the board; otherwise it just runs
  --modules FOLDER  where to find further modules that the program requires (MQTT.js ...)
  --baud N          of a serial port that has one
  --dry-run         shows what would be sent, and whether it fits; no board is needed
  --help            this text`;

interface Settings {
  plan: Plan;
  port: string | undefined;
  baud: string | undefined;
  dryRun: boolean;
}

/** Undefined: help was asked for. */
async function settingsFrom(args: string[]): Promise<Settings | undefined> {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({
    args,
    options: {
      board: text,
      port: text,
      chip: text,
      core: text,
      bundle: text,
      with: text,
      app: text,
      boot: flag,
      modules: text,
      baud: text,
      "dry-run": flag,
      help: flag,
    },
  });
  if (values.help) return undefined;
  const { chip, core, bundle, app, boot, modules, port, baud } = values;
  const extras = values.with ? values.with.split(",") : [];
  const board = wantedBoard(values.board);
  if (!port && !values["dry-run"]) throw new FlashError("--port is needed, or --dry-run");
  const plan = await makePlan({ board, chip, core, bundle, extras, app, boot, modules, tell: console.log });
  return { plan, port, baud, dryRun: values["dry-run"] };
}

function wantedBoard(name: string | undefined): BoardFacts {
  const board = name === undefined ? undefined : boardNamed(name);
  const names = boards.map((one) => one.name).join(", ");
  if (!board) throw new FlashError(name ? `--board ${name}: there is ${names}` : `--board is needed: ${names}`);
  return board;
}

/** What goes where, a line a file. */
export function summary({ board, files, reason, program, restarts }: Plan): string {
  const room = storageBytes(board);
  const lines = files.map(({ name, content }) => `  ${String(content.length).padStart(7)}  ${name}`);
  const taken = flashBytes(files);
  lines.unshift(`The stack is ${reason}.`);
  lines.push(`  ${String(taken).padStart(7)}  of ${room} bytes of Storage, ${board.title}; ${room - taken} are left`);
  if (!board.net) lines.push("Espruino's build for this board has no net, http and dgram: programs have eth.net.");
  if (program !== undefined) lines.push(`The program (${program.length} bytes) runs from RAM, until the next reset.`);
  if (restarts) lines.push("The board starts anew, with the program.");
  return lines.join("\n");
}

/** Espruino's command line, which is installed when it is first needed. */
function espruinoCli(): string {
  const path = join(__dirname, "node_modules/espruino/bin/espruino-cli.js");
  if (existsSync(path)) return path;
  console.log("Installing Espruino's command line, once ...");
  const install = ["ci", "--silent", "--omit=optional", "--prefix", __dirname];
  const { status } = spawnSync("npm", install, { stdio: "inherit", shell: process.platform === "win32" });
  if (status !== 0) throw new FlashError(`npm ${install.join(" ")} did not succeed`);
  return path;
}

/**
 * The command line goes when all is written, which is long before a board has worked it off whose console takes everything at
 * once (TCP): it is to wait (s), and is ended when the board has been silent (ms), for a moment when it has said that all is there.
 */
const PATIENCE = "3600";
const SILENCE = 30000;
const LAST_WORDS = 2000;

/** Sends it; resolves with what the board printed. */
export function send(
  plan: Plan,
  port: string,
  baud: string | undefined,
  show: (text: string) => void,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "espruino-flash-"));
  const program = join(folder, "upload.js");
  const board = join(folder, "board.json");
  writeFileSync(program, uploadProgram(plan), "latin1");
  writeFileSync(
    board,
    JSON.stringify(
      boardJson(
        plan.board,
        plan.files.map(({ name }) => name),
      ),
    ),
  );
  const args = [
    espruinoCli(),
    "--no-ble",
    "--sleep",
    PATIENCE,
    "--board",
    board,
    "--port",
    port,
    ...(baud ? ["-b", baud] : []),
    program,
  ];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    let printed = "";
    let timer: NodeJS.Timeout;
    const hear = (data: Buffer) => {
      printed += data.toString("latin1");
      show(data.toString("latin1"));
      clearTimeout(timer);
      timer = setTimeout(() => child.kill(), printed.includes(DONE) ? LAST_WORDS : SILENCE);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("close", () => {
      clearTimeout(timer);
      rmSync(folder, { recursive: true, force: true });
      resolve(printed);
    });
  });
}

/** What went wrong, by what the board printed; "" when it says that all is there. */
export function faultIn(printed: string): string {
  const fault = FAULTS.find(([told]) => told.test(printed));
  if (fault) return fault[1];
  return printed.includes(DONE) ? "" : "The board did not say that all is there.";
}

/** Shows what the board prints; how far it is in one line, on a terminal. */
function display(): (text: string) => void {
  let rest = "";
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() as string;
    for (const line of lines) {
      const percent = PROGRESS.exec(line)?.[1];
      if (percent === undefined) process.stdout.write(`${line}\n`);
      else process.stdout.write(process.stdout.isTTY ? `\rwritten: ${percent} % ` : `written: ${percent} %\n`);
    }
  };
}

async function main(args: string[]): Promise<number> {
  const settings = await settingsFrom(args);
  if (!settings) {
    console.log(USAGE);
    return 0;
  }
  const { plan, port, baud, dryRun } = settings;
  console.log(summary(plan));
  if (dryRun) return 0;
  const printed = await send(plan, port as string, baud, display());
  const fault = faultIn(printed);
  if (fault) console.error(fault);
  return fault ? 1 : 0;
}

/** The command; ends the process. */
export async function run(args: string[]): Promise<never> {
  try {
    process.exit(await main(args));
  } catch (error) {
    const { message, code = "" } = error as NodeJS.ErrnoException;
    const isForUser = error instanceof FlashError || code.startsWith("ERR_PARSE_ARGS");
    console.error(isForUser ? `${message}\n--help tells more.` : error);
    process.exit(2);
  }
}

if (require.main === module) void run(process.argv.slice(2));
