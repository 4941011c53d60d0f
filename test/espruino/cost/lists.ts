/**
 * Two lists behind the table: what instructions and cells are spent on, of machine code with one chip.
 */
import type { Spent } from "./spent";
import { type Figures, INSTRUCTIONS_OF, instructions, MACHINE, stackName, thousands } from "./table";

const SPENDERS: readonly [keyof Spent, string][] = [
  ["machine", "machine code"],
  ["bus", "the bus, called by it"],
  ["calls", "what else it calls"],
  ["shell", "JavaScript of the stack"],
  ["program", "JavaScript of the program"],
  ["interpreter", "the interpreter"],
];

const SPENT = `## Where the instructions go

A second plugin looks at where each instruction lies, and at what text of the Storage the interpreter's lexer has read last. *Machine
code* is the stack itself; *the bus* Espruino's SPI and pin functions, which machine code calls, and bringing bytes from their answers;
*what else it calls* the clock, timers and variables; *JavaScript of the stack* the shell: what \`send\`, \`recv\`, \`accept\`, \`close\` and an
upcall take until they are in machine code and back; *of the program* its handlers, with what these call of \`http\`; *the interpreter*
its rounds and its sockets. Functions that were made at run time count for whoever came before them. A token of JavaScript takes some 490
instructions, a call of a function 2,500 and more.
`;

const CELLS = `## What the cells are for

The interpreter's own list of its variables, connected, with an http server that has a page of 1 kB in memory. Each is counted for the
first of these that leads to it.
`;

/** Markdown; "" where nothing was counted. */
export function lists(figures: Figures, chip: string): string {
  const { spents, cellsFor } = figures[stackName(chip, MACHINE)] ?? {};
  if (!spents || !cellsFor) return "";
  const spent = [
    `| | ${SPENDERS.map(([, title]) => title).join(" | ")} | in all |`,
    `|---|${"---|".repeat(SPENDERS.length + 1)}`,
    ...Object.entries(spents).map(([what, one]) => spentLine(INSTRUCTIONS_OF[what], one)),
  ];
  const sum = Object.values(cellsFor).reduce((a, b) => a + b, 0);
  const cells = [
    "| | cells |",
    "|---|---|",
    ...Object.entries(cellsFor).map(([what, count]) => `| ${what} | ${thousands(count)} |`),
    `| in all | ${thousands(sum)} |`,
  ];
  return `${SPENT}\n${spent.join("\n")}\n\n${CELLS}\n${cells.join("\n")}\n`;
}

function spentLine(title: string, spent: Spent): string {
  const each = SPENDERS.map(([kind]) => spent[kind]);
  const all = each.reduce((a, b) => a + b, 0);
  return `| ${[title, ...[...each, all].map(instructions)].join(" | ")} |`;
}
