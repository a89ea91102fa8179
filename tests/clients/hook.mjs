// The README's hook in a component, which says what it shows: node hook.mjs URL TOKEN ACCOUNT
// A line of input breaks the connection.
import { createElement } from "react";
import { create } from "react-test-renderer";
import { ApolloProvider } from "@apollo/client/react";
import WebSocket from "ws";
import { makeClient, useBalance } from "./balance.mjs";

const [url, token, account] = process.argv.slice(2);
const sockets = [];
globalThis.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    sockets.push(this);
  }
};
process.stdin.on("data", () => sockets.at(-1).terminate());

function Balance() {
  const { balance, error } = useBalance(account);
  console.log(error ? `error ${error.message}` : `balance ${balance}`);
  return null;
}

create(createElement(ApolloProvider, { client: makeClient(url, token) }, createElement(Balance)));
