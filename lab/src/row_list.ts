/**
 * A list of any length of which only the rows in sight exist. All are equally high and have the same cells. In a flood the text of
 * all of them changes in every frame, so they are written without the view library: what is as it was is left alone, nothing is
 * measured, and nothing scrolls: the rows stand still in a window, and the scroll bar beside it follows a few times a second.
 */

const ROW = 26;
/** ms from one move of the scroll bar to the next while the list grows. */
const BAR = 250;

export interface Cell {
  kind: string;
  text: string;
  title?: string;
}

export interface Line {
  kind: string;
  isChosen: boolean;
  cells: Cell[];
}

export interface Shown {
  count: number;
  /** the row that is to be in sight when it is another than before; -1: none */
  selected: number;
  /** keep the end in sight while it is there */
  follow: boolean;
  line(i: number): Line;
  choose(i: number): void;
}

const NOTHING: Shown = {
  count: 0,
  selected: -1,
  follow: true,
  line: () => ({ kind: "", isChosen: false, cells: [] }),
  choose: () => {},
};

export class RowList {
  private readonly all = document.createElement("div");
  private readonly frame = document.createElement("div");
  private readonly inside = document.createElement("div");
  private readonly observer: ResizeObserver;
  private readonly rows: Row[] = [];
  private shown = NOTHING;
  private height = 0;
  /** px above what is in sight, unless that is the end */
  private top = 0;
  private atEnd = true;
  /** which row is the first in sight */
  private first = 0;
  /** px for which the scroll bar stands; where its end is: not there yet, while it follows */
  private length = 0;
  private end = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly box: HTMLElement) {
    this.frame.className = "window";
    this.frame.append(this.inside);
    this.all.append(this.frame);
    box.append(this.all);
    box.addEventListener("scroll", () => this.scrolled());
    this.inside.addEventListener("click", (event) => this.clicked(event.target as HTMLElement));
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(box);
  }

  close(): void {
    clearTimeout(this.timer);
    this.observer.disconnect();
    this.all.remove();
  }

  show(shown: Shown): void {
    if (this.followsEnd) this.top = this.above;
    const isOther = shown.selected !== this.shown.selected;
    this.shown = shown;
    if (isOther && shown.selected >= 0) this.bring(shown.selected);
    this.draw();
    if (this.length > this.wholeLength) this.measure();
    else if (this.length < this.wholeLength) this.timer ??= setTimeout(() => this.measure(), this.length ? BAR : 0);
  }

  private get wholeLength(): number {
    return this.shown.count * ROW;
  }

  private get followsEnd(): boolean {
    return this.shown.follow && this.atEnd;
  }

  /** px above what is in sight */
  private get above(): number {
    const most = Math.max(0, this.wholeLength - this.height);
    return this.followsEnd ? most : Math.min(this.top, most);
  }

  private draw(): void {
    const { above, shown, rows, inside } = this;
    this.first = Math.floor(above / ROW);
    const shift = `translateY(${this.first * ROW - above}px)`;
    if (inside.style.transform !== shift) inside.style.transform = shift;
    const n = Math.min(shown.count - this.first, Math.ceil(this.height / ROW) + 1);
    while (rows.length > n) rows.pop()?.element.remove();
    for (let i = 0; i < n; i++) {
      if (i === rows.length) rows.push(new Row(inside));
      rows[i].draw(shown.line(this.first + i));
    }
  }

  /** Lets the scroll bar stand for the whole list, and moves it to its place when the page has been laid out. */
  private measure(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.length = this.wholeLength;
    this.end = this.followsEnd ? Math.min(this.end, this.length) : this.length;
    this.all.style.height = `${Math.max(this.length, this.height)}px`;
    requestAnimationFrame(() => this.moveBar());
  }

  private moveBar(): void {
    if (this.followsEnd) this.end = this.length;
    this.box.scrollTop = this.above;
  }

  private resized(): void {
    this.height = this.box.clientHeight;
    this.frame.style.height = `${this.height}px`;
    this.draw();
    this.measure();
  }

  private scrolled(): void {
    const { scrollTop } = this.box;
    this.atEnd = scrollTop + this.height >= this.end - ROW;
    if (this.followsEnd || this.top === scrollTop) return;
    this.top = scrollTop;
    this.draw();
  }

  /** Brings a row in sight. */
  private bring(i: number): void {
    const { above, height } = this;
    const at = i * ROW;
    this.top = at < above ? at : at + ROW > above + height ? at + ROW - height : above;
    if (this.top === above) return;
    this.atEnd = this.top >= this.wholeLength - height;
    this.measure();
  }

  private clicked(target: HTMLElement): void {
    const at = this.rows.findIndex(({ element }) => element.contains(target));
    if (at >= 0) this.shown.choose(this.first + at);
  }
}

class Row {
  readonly element = document.createElement("div");
  private readonly cells: HTMLElement[] = [];
  private isChosen: boolean | undefined;

  constructor(list: HTMLElement) {
    this.element.setAttribute("role", "option");
    list.append(this.element);
  }

  draw({ kind, isChosen, cells }: Line): void {
    const { element } = this;
    const name = isChosen ? `row ${kind} chosen` : `row ${kind}`;
    if (element.className !== name) element.className = name;
    if (this.isChosen !== isChosen) element.setAttribute("aria-selected", String(isChosen));
    this.isChosen = isChosen;
    for (let i = 0; i < cells.length; i++) this.cell(i, cells[i]);
  }

  private cell(i: number, { kind, text, title = "" }: Cell): void {
    let cell = this.cells[i];
    if (!cell) {
      cell = this.cells[i] = document.createElement("span");
      cell.append("");
      this.element.append(cell);
    }
    const words = cell.firstChild as Text;
    if (words.data !== text) words.data = text;
    if (cell.className !== kind) cell.className = kind;
    if (cell.title !== title) cell.title = title;
  }
}
