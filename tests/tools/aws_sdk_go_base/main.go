// Print who Terraform would be with a profile: with the library by which its AWS provider and its S3 backend find credentials.
//
// The argument is the `profile` of the provider or the backend.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
	"github.com/hashicorp/aws-sdk-go-base/v2/diag"
)

func main() {
	ctx := context.Background()
	settings := &awsbase.Config{Profile: os.Args[1], CallerName: "Terraform"}
	ctx, config, problems := awsbase.GetAwsConfig(ctx, settings)
	stopAt(problems)
	account, partition, problems := awsbase.GetAwsAccountIDAndPartition(ctx, config, settings)
	stopAt(problems)
	keys, err := config.Credentials.Retrieve(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	_ = json.NewEncoder(os.Stdout).Encode(map[string]string{
		"Account":     account,
		"Partition":   partition,
		"AccessKeyId": keys.AccessKeyID,
		"Region":      config.Region,
	})
}

func stopAt(problems diag.Diagnostics) {
	for _, problem := range problems {
		fmt.Fprintln(os.Stderr, problem.Summary(), problem.Detail())
	}
	if problems.HasError() {
		os.Exit(1)
	}
}
