// Draws the charts of a report: every [data-chart] element names the <script> that holds its Vega-Lite specification.
import embed from "vega-embed";
import { compile } from "vega-lite";
import { View, parse } from "vega";

const scheme = matchMedia("(prefers-color-scheme: dark)");
const drawn = new WeakMap();

function specificationOf(holder) {
  return JSON.parse(document.getElementById(holder.dataset.chart).textContent);
}

/** A specification is written in light colours and carries the dark colour of each, so that dark is a substitution. */
function darken(spec) {
  const dark = spec.usermeta?.dark ?? {};
  const visit = (value) => {
    if (typeof value === "string") return dark[value] ?? value;
    if (Array.isArray(value)) return value.map(visit);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, key === "data" ? inner : visit(inner)]));
  };
  return visit(spec);
}

/** Vega-Lite cannot wrap a legend or fit facets into a width, so both are computed here. */
function fit(spec, width) {
  const { panels = 0, longestName = 10, aspect } = spec.usermeta ?? {};
  if (aspect) return fitMap(spec, width, aspect);
  const entries = Math.max(1, Math.floor((width - 50) / (longestName * 6.6 + 38)));
  spec.config.legend.columns = entries;
  if (panels === 0) {
    spec.width = width;
    spec.height = Math.round(Math.min(360, Math.max(250, width * 0.5)));
    return spec;
  }
  const columns = Math.min(spec.columns, Math.max(1, Math.floor((width - 60) / 160)));
  spec.columns = columns;
  spec.spec.width = Math.floor((width - 72) / columns - 22);
  spec.spec.height = Math.round(Math.min(260, Math.max(130, spec.spec.width * 0.72)));
  return spec;
}

/** A map keeps the plane's own proportions, unless it would be a stripe; and no more of the page than a screen shows. */
function fitMap(spec, width, aspect) {
  const shown = Math.min(1.5, Math.max(0.4, aspect));
  const beside = 70; // numbers and title of the vertical axis
  const across = Math.min(width - beside, Math.round(540 / shown));
  spec.width = across + beside;
  spec.height = Math.round(across * shown);
  spec.config.legend.gradientLength = Math.min(across, 360);
  return spec;
}

async function draw(holder) {
  const width = Math.floor(holder.clientWidth);
  if (width === 0) return;
  const dark = scheme.matches;
  const turn = (drawn.get(holder)?.turn ?? 0) + 1;
  drawn.set(holder, { ...drawn.get(holder), turn, width });

  const spec = fit(specificationOf(holder), width);
  const stage = document.createElement("div");
  const result = await embed(stage, dark ? darken(spec) : spec, {
    mode: "vega-lite",
    renderer: "svg",
    actions: false,
    tooltip: { theme: dark ? "dark" : "light" },
  });
  const state = drawn.get(holder);
  if (state.turn !== turn) {
    result.finalize(); // the width or the scheme changed meanwhile, and a newer drawing is on its way
    return;
  }
  state.result?.finalize();
  drawn.set(holder, { ...state, result });
  holder.dataset.scheme = dark ? "dark" : "light"; // for the style sheet, which turns dark charts over on paper
  holder.replaceChildren(stage);
}

/** Files are exported in light colours at one size, whatever the screen: they are meant for papers. */
async function download(holder, format) {
  const spec = fit(specificationOf(holder), 760);
  const view = new View(parse(compile(spec).spec), { renderer: "none" });
  await view.runAsync();
  const link = document.createElement("a");
  link.download = `${holder.dataset.name}.${format}`;
  link.href = await view.toImageURL(format, format === "png" ? 2 : 1);
  link.click();
  view.finalize();
}

function render(root = document) {
  for (const holder of root.querySelectorAll("[data-chart]")) {
    if (drawn.has(holder)) {
      draw(holder);
      continue;
    }
    drawn.set(holder, { turn: 0, width: 0 });
    let pending;
    new ResizeObserver(() => {
      clearTimeout(pending);
      pending = setTimeout(() => Math.abs(drawn.get(holder).width - holder.clientWidth) > 1 && draw(holder), 120);
    }).observe(holder);
    draw(holder);
  }
  for (const button of root.querySelectorAll("button[data-export]")) {
    button.hidden = false;
    button.onclick = () => download(document.getElementById(button.dataset.of), button.dataset.export);
  }
}

scheme.addEventListener("change", () => render());
window.tombolaCharts = { render };
render();
