// The page's hook in a component, which says what it shows of an account: node refetching.mjs URL TOKEN ACCOUNT
import { Suspense, createElement, useEffect } from "react";
import relay from "react-relay";
import { create } from "react-test-renderer";
import { useEvents } from "./src/LoyaltyEvents.js";
import { makeEnvironment } from "./environment.mjs";

const [url, token, account] = process.argv.slice(2);
const shown = [];

function Events() {
  const { balance, ids, loadNext, refetch } = useEvents(account);
  useEffect(() => {
    shown.push({ balance, ids });
    if (shown.length === 1) loadNext(5);
    else if (shown.length === 2) refetch({ count: 3 });
    else {
      console.log(JSON.stringify(shown));
      process.exit(0);
    }
  }, [ids.join()]);
  return null;
}

const environment = makeEnvironment(url, token);
create(
  createElement(relay.RelayEnvironmentProvider, { environment }, createElement(Suspense, { fallback: null }, createElement(Events))),
);
