// Which operation of a document runs. GraphiQL still tells of the document before for 100 ms after a change of tabs.

/** What GraphiQL asks for, with the name of an operation that its document has; the document, and whether it subscribes. */
export function chosen({ parse, Kind }, asked) {
  let document;
  try {
    document = parse(asked.query);
  } catch {
    // The gateway says what is wrong with it.
    return { parameters: asked, subscription: false };
  }
  const operations = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  const operation = operations.find((each) => each.name?.value === asked.operationName) ?? operations[0];
  const parameters = { ...asked, operationName: operation?.name?.value };
  return { parameters, document, subscription: operation?.operation === "subscription" };
}
