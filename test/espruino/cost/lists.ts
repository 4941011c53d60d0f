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

const WHY = `So what is missed is missed by JavaScript, and by the system calls alone: what \`http\` and \`net\` do is machine code until a handler of
the program's is called. A connection is six calls (\`accept\` twice, \`setupcall\`, \`recv\` twice, \`close\`) of some 90 k and two upcalls of
60 k. In a call the wrapper in \`eth.net\` takes 15 k, a turn that begins and ends, so that memory that is too short is noticed, 15 k, checks of
what the program gave 10 k, each entry of machine code 10 to 15 k (its arguments, the clock, and back), an address that is written
into the program's object 10 k.

The host fills the window of 2,048 bytes by halves, two segments of 730. Of each the driver reads 10 bytes together with the headers, into
an mbuf, and 720 into a cluster, and a receive answers what lies in one mbuf: four calls of \`recv\` for 1,460 bytes, and a fifth that
finds nothing. Two of them copy 720 bytes (\`E.toString\`, 75 k). A receive that took what there is, of all mbufs, would save two calls of five.
What is sent takes one call of \`send\`, which is the same in smaller.
`;

const CELLS = `## What the cells are for

The interpreter's own list of its variables, connected, with an http server that has a page of 1 kB in memory. Each is counted for the
first of these that leads to it.
`;

const ROOM = `Beside the core's memory (its mbufs, clusters, sockets, tables: one piece), the page, the server and the interpreter's own the aim leaves
250 cells for the shell, which has three times as many: 30 functions that are called often, of 5 to 9 cells each (a name, a function, its
parameters, where its text lies, what it sees; the text stays in flash); ten methods of \`eth\`, of 12 cells; wires, interface and the
functions that belong to them, which see the variables of those that made them; what is locked for machine code, since it calls it.
Functions for \`dgram\` and \`eth.net\` are made when a program uses the first: 80 cells more. Everything else lies in drawers, in flash.
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
  return [SPENT, `${spent.join("\n")}\n`, WHY, CELLS, `${cells.join("\n")}\n`, ROOM].join("\n");
}

function spentLine(title: string, spent: Spent): string {
  const each = SPENDERS.map(([kind]) => spent[kind]);
  const all = each.reduce((a, b) => a + b, 0);
  return `| ${[title, ...[...each, all].map(instructions)].join(" | ")} |`;
}
