import { graphql } from "react-relay";

export const fragment = graphql`
  fragment Customers_query on Query
  @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "String" })
  @refetchable(queryName: "CustomersPaginationQuery") {
    customers(first: $count, after: $cursor) @connection(key: "Customers_customers") {
      edges {
        node {
          id
          givenName
          loyaltyAccounts {
            id
            balance
          }
        }
      }
    }
  }
`;

export const query = graphql`
  query CustomersQuery {
    ...Customers_query
  }
`;

export const mutation = graphql`
  mutation CustomersCreateMutation($input: CreateCustomerInput!) {
    createCustomer(input: $input) {
      customer {
        id
        givenName
      }
      userErrors {
        message
        field
      }
    }
  }
`;
