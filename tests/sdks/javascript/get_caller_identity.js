// Print who the default credential chain is, through the profile named in AWS_PROFILE.
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

const { Account, Arn } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
console.log(JSON.stringify({ Account, Arn }));
