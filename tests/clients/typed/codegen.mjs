// How the graph's scalars are typed in TypeScript.
const [schema, output] = process.env.CODEGEN_PATHS.split("|");
const text = { input: "string", output: "string" };

export default {
  schema,
  documents: new URL("operations.graphql", import.meta.url).pathname,
  silent: true,
  generates: {
    [output]: {
      plugins: ["typescript-operations"],
      config: {
        strictScalars: true,
        scalars: {
          DateTime: text,
          Date: text,
          Birthday: text,
          Decimal: { input: "string | number", output: "string" },
          Long: { input: "number | string", output: "number" },
          JSON: { input: "unknown", output: "unknown" },
        },
      },
    },
  },
};
