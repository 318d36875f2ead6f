// Print who the profile is, once a line of stdin, with one client.
import { createInterface } from "node:readline";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

const sts = new STSClient({});
for await (const _ of createInterface({ input: process.stdin })) {
  const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
  console.log(JSON.stringify({ Account, Arn }));
}
