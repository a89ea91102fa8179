// Puts GraphiQL into the page, with the example operations and headers that the page's configuration names.
import { accessible } from "./accessible.js";
import { asking, watched } from "./answers.js";
import { callsPanel } from "./calls.js";
import { examplesMenu } from "./examples.js";
import { chosen } from "./operation.js";

(() => {
  const { GraphiQL, React, ReactDOM, graphqlWs } = window;
  if (!GraphiQL || !React || !ReactDOM || !graphqlWs) {
    document.querySelector(".spinner")?.replaceChildren("The explorer's files could not be loaded.");
    return;
  }

  const place = document.getElementById("explorer");
  const configuration = JSON.parse(document.getElementById("configuration").textContent);
  const { endpoint, headers, needsToken, examples, traced, links } = configuration;
  const url = new URL(endpoint, location.href);
  // Where a subscription runs, a second window can write what it tells.
  const writing = examples.find((each) => /^mutation/m.test(each.query));
  const second = `${url.pathname}?${new URLSearchParams(writing)}`;
  const { show, wait, stop, fail } = callsPanel(document.getElementById("calls"), { traced, second, links });
  const socketUrl = new URL(url);
  socketUrl.protocol = url.protocol.replace("http", "ws");

  // A WebSocket cannot carry headers from a browser: the tab's headers go with connection_init.
  let latestHeaders = {};
  // A gateway that restarts cannot be reached for a moment: five attempts take half a minute. Headers that it refuses
  // it refuses again.
  const shouldRetry = ({ code }) => code !== graphqlWs.CloseCode.Forbidden;
  const socket = graphqlWs.createClient({ url: socketUrl.href, lazy: true, shouldRetry, connectionParams: () => latestHeaders });
  const fetcher = GraphiQL.createFetcher({ url: url.href, enableIncrementalDelivery: false });
  // GraphiQL reads the schema before its headers editor is there.
  const atFirst = needsToken || !headers ? {} : JSON.parse(headers);
  const withHeaders = (asked, options) => {
    const { parameters, document, subscription } = chosen(GraphiQL.GraphQL, asked);
    const given = options?.headers ?? {};
    const reading = parameters.operationName === "IntrospectionQuery" && !Object.keys(given).length;
    if (parameters.operationName === "IntrospectionQuery") {
      latestHeaders = reading ? atFirst : given;
      return fetcher(parameters, { ...options, headers: latestHeaders });
    }
    latestHeaders = asking(given, traced);
    if (subscription) wait();
    // Not by GraphiQL's fetcher, which leaves a rejected promise behind when a subscription is refused.
    const fetched = subscription
      ? socket.iterate(parameters)
      : fetcher(parameters, { ...options, documentAST: document, headers: latestHeaders });
    return watched(fetched, { show, stop, fail, headers: given, subscription });
  };

  const restore = () => {
    localStorage.removeItem("graphiql:tabState");
    location.reload();
  };

  const h = React.createElement;
  const Examples = examplesMenu(window, examples, restore);
  const linked = new URLSearchParams(location.search);
  const fromLink = linked.has("query")
    ? { query: linked.get("query"), variables: linked.get("variables") ?? undefined }
    : {};

  accessible(place);
  ReactDOM.createRoot(place).render(
    h(
      GraphiQL,
      {
        fetcher: withHeaders,
        defaultTabs: examples.map((each) => ({ ...each, headers })),
        defaultHeaders: headers,
        defaultEditorToolsVisibility: needsToken ? "headers" : "variables",
        defaultTheme: "system",
        schemaDescription: true,
        ...fromLink,
      },
      h(
        GraphiQL.Logo,
        null,
        h("h1", { className: "brand" }, h("b", null, "Square"), " GraphQL gateway"),
        h(Examples),
      ),
    ),
  );
})();
