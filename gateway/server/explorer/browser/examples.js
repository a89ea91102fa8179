// A menu of the example operations, among GraphiQL's own parts. Stops what runs in a tab that is left for another.

/** What an example is called, and the first sentence of its comment. */
export function described({ query }) {
  const name = query.match(/^\s*(?:query|mutation|subscription)\s+(\w+)/m)[1];
  const comment = [...query.matchAll(/^# ?(.*)$/gm)].map((each) => each[1]).join(" ");
  return { name, about: comment.split(/\.(?:\s|$)/)[0] };
}

/** A component: it goes to the tab that holds the chosen example, or opens one. `restore` puts all examples back. */
export function examplesMenu({ React, GraphiQL }, examples, restore) {
  const h = React.createElement;
  const { DropdownMenu, useEditorContext, useExecutionContext } = GraphiQL.React;

  const item = (key, name, about, onSelect) =>
    h(DropdownMenu.Item, { key, onSelect, className: "example" }, h("b", null, name), h("span", null, about));

  // GraphiQL does so itself where a tab is clicked at. Else its answer would be shown as that of the other tab.
  function useStopOnLeaving(tab) {
    const running = React.useRef();
    running.current = useExecutionContext({ nonNull: true });
    React.useEffect(() => () => running.current.stop(), [tab]);
  }

  return function Examples() {
    const { tabs, activeTabIndex, changeTab, addTab, queryEditor, variableEditor } = useEditorContext({ nonNull: true });
    useStopOnLeaving(tabs[activeTabIndex]?.id);
    const [opened, setOpened] = React.useState(null);
    // The new tab is there once this is rendered.
    React.useEffect(() => {
      if (!opened) return;
      queryEditor?.setValue(opened.query);
      variableEditor?.setValue(opened.variables ?? "");
      setOpened(null);
    }, [opened]);

    const choose = (example) => {
      const place = tabs.findIndex((each) => each.query === example.query);
      if (place >= 0) return changeTab(place);
      addTab();
      setOpened(example);
    };
    return h(
      DropdownMenu,
      // The rest of the page stays as it is.
      { modal: false },
      h(DropdownMenu.Button, { className: "restore", "aria-label": "Examples" }, "Examples ▾"),
      h(
        DropdownMenu.Content,
        { className: "examples", align: "end" },
        examples.map((each) => {
          const { name, about } = described(each);
          return item(name, name, about, () => choose(each));
        }),
        item("restore", "Start over", "Replace all tabs by the examples", restore),
      ),
    );
  };
}
