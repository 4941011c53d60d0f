/**
 * The lab as its user has it, for tests: the simulator as the command runs it, and Debian's Chromium with its page.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { Lab } from "../../host-sim/lab/lab";
import { parseOptions } from "../../host-sim/options";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));

/** Says why, where there is none. */
export function chromium(): boolean {
  if (!CHROMIUM) console.log("no chromium: the tests of the lab's page are skipped");
  return CHROMIUM !== undefined;
}

/** A page of the browser's, and what goes wrong in it from now on. */
export async function openPage(address: string): Promise<{ browser: Browser; page: Page; errors: string[] }> {
  const { chromium: kind } = await import("playwright-core");
  const browser = await kind.launch({ executablePath: CHROMIUM as string, args: ["--no-sandbox", "--disable-gpu"] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, acceptDownloads: true });
  page.setDefaultTimeout(20_000);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== new URL(address).origin && !/^(data|blob):/.test(request.url()))
      errors.push(`asks for ${request.url()}`);
  });
  await page.goto(address);
  return { browser, page, errors };
}

export class OpenLab {
  private constructor(
    readonly lab: Lab,
    readonly lines: string[],
    private readonly browser: Browser,
    readonly page: Page,
    /** what went wrong in the page */
    readonly errors: string[],
    private readonly folder: string,
  ) {}

  static async open(...options: string[]): Promise<OpenLab> {
    const lines: string[] = [];
    const folder = mkdtempSync(join(tmpdir(), "lab-test-"));
    const lab = new Lab(parseOptions(["--lab", ...options]), (line) => lines.push(...line.split("\n")));
    await lab.start();
    const { browser, page, errors } = await openPage(lab.address);
    return new OpenLab(lab, lines, browser, page, errors, folder);
  }

  async view(name: string): Promise<void> {
    await this.page.getByRole("tab", { name, exact: true }).click();
  }

  /** What a button saves, as a file. */
  async saved(button: string): Promise<string> {
    const [download] = await Promise.all([
      this.page.waitForEvent("download"),
      this.page.getByRole("button", { name: button, exact: true }).click(),
    ]);
    const path = join(this.folder, download.suggestedFilename());
    await download.saveAs(path);
    return path;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.lab.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
