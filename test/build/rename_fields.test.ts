/** tools/rename_fields.js: fields of the stack get short names, the most frequent ones the shortest. */
const { rename } = require("../../tools/rename_fields") as { rename(code: string): string };

describe("tools/rename_fields.js", () => {
  it("gives names by how often a field is named, wherever it stands", () => {
    expect(rename("x = { m_len: 1, m_next: y.m_next }; x.m_next.m_data;")).toBe("x = { b: 1, a: y.a }; x.a.c;");
  });

  it("leaves names that programs see, variables, and what is computed", () => {
    const code = "m_len = eth.setIP({ sin_port: m_len }); o[m_len] = o['m_len'];";
    expect(rename(code)).toBe(code);
  });

  it("takes no name that another field has", () => {
    expect(rename("o.a.m_len = o.b.so_rcv + o.m_len;")).toBe("o.a.c = o.b.d + o.c;");
  });

  it("takes no word for a name", () => {
    const code = Array.from({ length: 2500 }, (_, i) => `o.m_${i};`).join("");
    const names = [...rename(code).matchAll(/o\.([\w$]+);/g)].map((match) => match[1]);
    expect(new Set(names).size).toBe(2500);
    expect(names.filter((name) => ["do", "if", "in", "of"].includes(name))).toEqual([]);
  });
});
