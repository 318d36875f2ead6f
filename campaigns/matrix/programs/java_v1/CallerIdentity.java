import com.amazonaws.client.builder.AwsClientBuilder.EndpointConfiguration;
import com.amazonaws.services.securitytoken.AWSSecurityTokenServiceClientBuilder;
import com.amazonaws.services.securitytoken.model.GetCallerIdentityRequest;
import java.io.BufferedReader;
import java.io.InputStreamReader;

/** Prints who the profile is, once a line of stdin, with one client. */
public class CallerIdentity {
    public static void main(String[] arguments) throws Exception {
        var endpoint = new EndpointConfiguration(System.getenv("AWS_ENDPOINT_URL_STS"), "us-east-1");
        var sts = AWSSecurityTokenServiceClientBuilder.standard().withEndpointConfiguration(endpoint).build();
        var lines = new BufferedReader(new InputStreamReader(System.in));
        while (lines.readLine() != null) {
            var caller = sts.getCallerIdentity(new GetCallerIdentityRequest());
            System.out.printf("{\"Account\": \"%s\", \"Arn\": \"%s\"}%n", caller.getAccount(), caller.getArn());
        }
    }
}
