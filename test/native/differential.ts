/**
 * The differential test at length: as many seeds as there is time for.
 *
 *     npm run differential -- --seeds 1000 --from 1 --steps 1000 --profile small
 *     CHIP=w5500-raw npm run differential -- --boards --seeds 100 --profile full
 *
 * Each seed is a life of two hosts (lib/twins.ts), or of two whole boards, one with the machine code that is shipped
 * (lib/boards.ts). What differs is told with seed and step, and the next seed is tried.
 */
import { parseArgs } from "node:util";
import { Boards } from "./lib/boards";
import { Twins } from "./lib/twins";

const STEPS = 1000;

function main(): void {
  const number = { type: "string" } as const;
  const profile = { type: "string", default: "test" } as const;
  const { values } = parseArgs({
    options: { seeds: number, from: number, steps: number, profile, boards: { type: "boolean" } },
  });
  const from = Number(values.from ?? 1);
  const seeds = Number(values.seeds ?? 1000);
  const steps = Number(values.steps ?? STEPS);
  const sum = { steps: 0, frames: 0, answers: 0 };
  let differences = 0;
  for (let seed = from; seed < from + seeds; seed++) {
    if (seed % 50 === 0) console.log(`seed ${seed}; so far ${differences} with a difference`);
    try {
      const counted = values.boards
        ? lives(new Boards(seed, values.profile === "small" ? "small" : "full"), steps)
        : new Twins(seed, values.profile).run(steps);
      sum.steps += counted.steps;
      sum.frames += counted.frames;
      sum.answers += counted.answers;
    } catch (error) {
      differences++;
      console.log(String(error));
    }
  }
  console.log(
    `seeds ${from} to ${from + seeds - 1}: ${sum.steps} steps, ${sum.frames} frames said, ${sum.answers} lines alike`,
  );
  console.log(`${differences} seeds with a difference`);
  if (differences) process.exitCode = 1;
}

function lives(boards: Boards, steps: number): { steps: number; frames: number; answers: number } {
  return { ...boards.run(steps), answers: 0 };
}

if (require.main === module) main();
