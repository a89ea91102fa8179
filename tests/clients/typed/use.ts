// Compiles only when the generated types say what the graph promises.
import type { CreateCustomerMutationVariables, CustomerQuery } from "./graph";

export function points(answer: CustomerQuery): number {
  return (answer.customer?.loyaltyAccounts ?? []).reduce((sum, account) => sum + (account.balance ?? 0), 0);
}

export function birthday(answer: CustomerQuery): string | null | undefined {
  return answer.customer?.birthday;
}

export const variables: CreateCustomerMutationVariables = { input: { givenName: "Ada", birthday: "12-10" } };

// @ts-expect-error a name is a text
export const wrong: CreateCustomerMutationVariables = { input: { givenName: 5 } };
