// The same question from elsewhere: curl, Python, R.
import { copy, make } from "./elements.js";

const python = (text) => text.replaceAll("\\", "\\\\").replaceAll('"""', '\\"\\"\\"');
const shell = (text) => `'${text.replaceAll("'", "'\\''")}'`;

export function snippets(endpoint, query) {
  return [
    ["curl", `curl --data-urlencode query=${shell(query)} \\\n  -H 'Accept: text/csv' \\\n  ${shell(endpoint)}`],
    [
      "Python, SPARQLWrapper",
      `from SPARQLWrapper import JSON, SPARQLWrapper\n\nsparql = SPARQLWrapper("${endpoint}", returnFormat=JSON)\nsparql.setMethod("POST")\nsparql.setQuery("""${python(query)}""")\nfor row in sparql.queryAndConvert()["results"]["bindings"]:\n    print({name: term["value"] for name, term in row.items()})`,
    ],
    [
      "Python, pandas",
      `import pandas as pd\nfrom urllib.parse import urlencode\n\nquery = """${python(query)}"""\nframe = pd.read_csv("${endpoint}?" + urlencode({"query": query}), storage_options={"Accept": "text/csv"})`,
    ],
    [
      "R",
      `library(httr)\n\nquery <- r"-----(${query})-----"\nanswer <- POST("${endpoint}", accept("text/csv"), encode = "form", body = list(query = query))\nrows <- read.csv(text = content(answer, "text", encoding = "UTF-8"))`,
    ],
  ];
}

export function showSnippets(place, endpoint, query) {
  place.replaceChildren(
    ...snippets(endpoint, query).flatMap(([name, text]) => {
      const state = make("span", { role: "status", class: "quiet" });
      const button = make(
        "button",
        {
          type: "button",
          "aria-label": `Copy for ${name}`,
          onclick: async () => {
            state.textContent = (await copy(text)) ? "Copied." : "Select the text and copy it.";
          },
        },
        "Copy",
      );
      return [
        make("h3", {}, name),
        make("pre", { tabindex: "0", role: "region", "aria-label": name }, text),
        make("p", { class: "bar" }, button, state),
      ];
    }),
  );
}
