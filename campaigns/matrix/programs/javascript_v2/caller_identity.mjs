// Print who the profile is, once a line of stdin, with one client.
import { createInterface } from "node:readline";
import AWS from "aws-sdk";

const sts = new AWS.STS({ endpoint: process.env.AWS_ENDPOINT_URL_STS });
for await (const _ of createInterface({ input: process.stdin })) {
  const { Account, Arn } = await sts.getCallerIdentity().promise();
  console.log(JSON.stringify({ Account, Arn }));
}
