// Print who the default credential chain is, through the profile named in AWS_PROFILE.
//
// An argument such as 5s is how long the SDK waits for a credential_process; without one, a minute.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/processcreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func main() {
	if err := printCallerIdentity(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func printCallerIdentity(ctx context.Context, arguments []string) error {
	timeout := processcreds.DefaultTimeout
	if len(arguments) > 0 {
		given, err := time.ParseDuration(arguments[0])
		if err != nil {
			return err
		}
		timeout = given
	}
	settings, err := config.LoadDefaultConfig(ctx, config.WithProcessCredentialOptions(
		func(options *processcreds.Options) { options.Timeout = timeout },
	))
	if err != nil {
		return err
	}
	caller, err := sts.NewFromConfig(settings).GetCallerIdentity(ctx, nil)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]string{
		"Account": *caller.Account,
		"Arn":     *caller.Arn,
	})
}
