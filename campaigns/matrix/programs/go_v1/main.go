// Print who the profile is, once a line of stdin, with one client.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"os"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/sts"
)

func main() {
	log.SetFlags(0)
	endpoint := os.Getenv("AWS_ENDPOINT_URL_STS") // version 1 does not read it itself
	settings, err := session.NewSession(&aws.Config{Endpoint: &endpoint})
	if err != nil {
		log.Fatal(err)
	}
	client := sts.New(settings)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		caller, err := client.GetCallerIdentity(nil)
		if err != nil {
			log.Fatal(err)
		}
		json.NewEncoder(os.Stdout).Encode(map[string]string{"Account": *caller.Account, "Arn": *caller.Arn})
	}
}
