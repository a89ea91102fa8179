// The data types of custom attributes, and the schemas by which Square names them.
const HOST = "https://developer-production-s.squarecdn.com";
export const TYPES = ["String", "Number", "Boolean", "Date", "Email", "PhoneNumber", "Address", "Selection"];

export const dataType = (schema) => (schema?.$schema ? "Selection" : schema?.$ref?.split(".").at(-1));

export const schema = (type) => (type === "Selection"
  ? { $schema: `${HOST}/meta-schemas/v1/selection.json`, type: "array", uniqueItems: true }
  : { $ref: `${HOST}/schemas/v1/common.json#squareup.common.${type}` });
