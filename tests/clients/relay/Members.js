import { graphql } from "react-relay";

export const row = graphql`
  fragment Members_row on Customer
  @argumentDefinitions(events: { type: "Int!" }, withGroups: { type: "Boolean!", defaultValue: false }) {
    __id
    givenName @required(action: LOG)
    groups @include(if: $withGroups) {
      name
    }
    loyaltyAccounts {
      events(first: $events) {
        nodes {
          id
        }
      }
    }
  }
`;

export const query = graphql`
  query MembersQuery($id: ID!, $group: ID!, $events: Int!) @throwOnFieldError {
    customer(id: $id) {
      ...Members_row @arguments(events: $events, withGroups: true) @alias(as: "row")
    }
    group(id: $group) {
      customers(first: 3) {
        nodes {
          ...Members_row @arguments(events: 2)
        }
      }
    }
  }
`;

export const edit = graphql`
  query MembersEditQuery @updatable {
    customer(id: "a") {
      givenName
    }
  }
`;

export const add = graphql`
  mutation MembersAddMutation($name: String!, $connections: [ID!]!) {
    createCustomer(input: { givenName: $name }) {
      customer @appendNode(connections: $connections, edgeTypeName: "CustomerEdge") {
        id
      }
    }
  }
`;
