# Print who the profile is, once a line of stdin, with one client.
require "aws-sdk-core"
require "json"

$stdout.sync = true
sts = Aws::STS::Client.new(endpoint: ENV.fetch("AWS_ENDPOINT_URL_STS"))
$stdin.each_line do
  caller = sts.get_caller_identity
  puts JSON.generate("Account" => caller.account, "Arn" => caller.arn)
end
