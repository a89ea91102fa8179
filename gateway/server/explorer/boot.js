// Puts GraphiQL into the page, with the example operations and headers that the page's configuration names.
(() => {
  "use strict";

  const { GraphiQL, React, ReactDOM, graphqlWs } = window;
  if (!GraphiQL || !React || !ReactDOM || !graphqlWs) {
    document.querySelector(".spinner")?.replaceChildren("The explorer's files could not be loaded.");
    return;
  }

  const place = document.getElementById("explorer");
  const { endpoint, headers, needsToken, examples } = JSON.parse(document.getElementById("configuration").textContent);
  const url = new URL(endpoint, location.href);
  const socketUrl = new URL(url);
  socketUrl.protocol = url.protocol.replace("http", "ws");

  // A WebSocket cannot carry headers from a browser: the tab's headers go with connection_init.
  let latestHeaders = {};
  const fetcher = GraphiQL.createFetcher({
    url: url.href,
    enableIncrementalDelivery: false,
    wsClient: graphqlWs.createClient({ url: socketUrl.href, lazy: true, connectionParams: () => latestHeaders }),
  });
  // GraphiQL reads the schema before its headers editor is there.
  const atFirst = needsToken || !headers ? {} : JSON.parse(headers);
  const withHeaders = (parameters, options) => {
    const given = options?.headers ?? {};
    const reading = parameters.operationName === "IntrospectionQuery" && !Object.keys(given).length;
    latestHeaders = reading ? atFirst : given;
    return fetcher(parameters, { ...options, headers: latestHeaders });
  };

  const restore = () => {
    localStorage.removeItem("graphiql:tabState");
    location.reload();
  };

  const h = React.createElement;
  const linked = new URLSearchParams(location.search);
  const fromLink = linked.has("query")
    ? { query: linked.get("query"), variables: linked.get("variables") ?? undefined }
    : {};

  ReactDOM.createRoot(place).render(
    h(
      GraphiQL,
      {
        fetcher: withHeaders,
        defaultTabs: examples.map((each) => ({ ...each, headers })),
        defaultHeaders: headers,
        defaultEditorToolsVisibility: needsToken ? "headers" : "variables",
        defaultTheme: "system",
        ...fromLink,
      },
      h(
        GraphiQL.Logo,
        null,
        h("span", { className: "brand" }, h("b", null, "Square"), " GraphQL gateway"),
        h(
          "button",
          { type: "button", className: "restore", onClick: restore, title: "Replace the tabs by the example operations" },
          "Examples",
        ),
      ),
    ),
  );
})();
