// Renders every Mermaid diagram of the Markdown files named; one that doesn't parse or render fails.
//
//     node tools/diagrams.mjs README.md docs/*.md
//
// Mermaid draws in a browser. Its own library runs here in jsdom, which lays nothing out: texts are
// given a size, by which pictures would be ugly, and all that Mermaid does to make them is done.
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

const { window } = new JSDOM("<!doctype html><body></body>", { pretendToBeVisual: true });
for (const name of ["document", "Element", "HTMLElement", "SVGElement", "Node", "DOMParser"]) {
  globalThis[name] = window[name];
}
globalThis.window = window;
// jsdom has no style sheets apart from elements of a page.
globalThis.CSSStyleSheet = class {
  constructor() {
    const style = window.document.createElement("style");
    window.document.head.append(style);
    return style.sheet;
  }
};
window.CSSStyleSheet.prototype.replaceSync = function (css) {
  while (this.cssRules.length) this.deleteRule(0);
  const style = window.document.createElement("style");
  style.textContent = css;
  window.document.head.append(style);
  [...style.sheet.cssRules].forEach((rule, at) => this.insertRule(rule.cssText, at));
  style.remove();
};
window.SVGElement.prototype.getBBox = () => ({ x: 0, y: 0, width: 80, height: 20 });
window.SVGElement.prototype.getComputedTextLength = () => 80;

const { default: mermaid } = await import("mermaid");
mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });

/** The diagrams of a file: where each begins, and its text. */
function diagrams(file) {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/^( *)```mermaid\n([^]*?)^ *```$/gm)].map((found) => ({
    line: text.slice(0, found.index).split("\n").length,
    source: found[2],
  }));
}

let rendered = 0;
let failed = 0;
for (const file of process.argv.slice(2)) {
  for (const { line, source } of diagrams(file)) {
    try {
      const { svg } = await mermaid.render(`diagram${rendered}`, source);
      if (!svg.includes("</svg>")) throw new Error("nothing was drawn");
      rendered += 1;
    } catch (error) {
      failed += 1;
      console.error(`${file}:${line}: ${error.message}`);
    }
  }
}
console.log(`${rendered} diagrams rendered, ${failed} failed`);
process.exit(failed ? 1 : 0);
