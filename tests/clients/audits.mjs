// The audits of the GraphQL over HTTP working group's reference library: node audits.mjs URL
import { serverAudits } from "graphql-http";

const [url] = process.argv.slice(2);
const failed = [];
let count = 0;
for (const audit of serverAudits({ url, fetchFn: fetch })) {
  count += 1;
  const result = await audit.fn();
  if (result.status !== "ok") failed.push({ id: audit.id, name: audit.name, status: result.status, reason: result.reason });
}
console.log(JSON.stringify({ count, failed }));
