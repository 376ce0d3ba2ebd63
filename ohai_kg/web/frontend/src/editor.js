// Makes the form at /sparql an editor: highlighting, completion from our own vocabulary, results beneath. No other host is asked.
import "@zazuko/yasgui/build/yasgui.min.css";
import Yasgui from "@zazuko/yasgui/build/yasgui.min.js";
import { ResultChart } from "./result_chart.js";
import { translate } from "./labels.js";

const { Yasqe, Yasr } = Yasgui;
const form = document.querySelector("form[data-editor]");
const english = document.documentElement.lang === "en";

// YASGUI's own completers ask prefix.cc and LOV; these take their names, so nothing is asked outside.
for (const [name, path] of [["prefixes", "prefixes"], ["class", "classes"], ["property", "properties"]]) {
  Yasqe.registerAutocompleter(
    { ...Yasqe.Autocompleters[name], bulk: true, autoShow: true, persistenceId: null, get: () => list(path) },
    true,
  );
}

async function list(name) {
  const answer = await fetch(`/vocab/${name}`);
  return answer.ok ? answer.json() : [];
}

async function start() {
  const textarea = form.querySelector("textarea");
  const place = document.createElement("div");
  const results = document.getElementById("results");
  results.replaceChildren();
  textarea.before(place);
  textarea.hidden = true;
  textarea.required = false;

  const endpoint = new URL("/sparql", location.href).href;
  const yasqe = new Yasqe(place, {
    value: textarea.value,
    persistenceId: null,
    autofocus: false,
    showQueryButton: false,
    createShareableLink: null,
    requestConfig: { endpoint, method: "POST" },
  });
  yasqe.getInputField().setAttribute("aria-label", textarea.labels[0].textContent);

  const prefixes = Object.fromEntries((await list("prefixes")).map((line) => /^(\S*): <(.*)>$/.exec(line).slice(1)));
  Yasr.registerPlugin("chart", ResultChart);
  const yasr = new Yasr(results, { persistenceId: null, prefixes, pluginOrder: ["table", "chart", "response"] });
  yasqe.on("queryResponse", (_, response, duration) => yasr.setResponse(response, duration));
  translate(results, english);

  form.addEventListener("submit", (event) => {
    textarea.value = yasqe.getValue();
    if (form.elements.format.value !== "html") return;
    event.preventDefault();
    yasqe.query().catch(() => {});
  });
}

if (form) start();
