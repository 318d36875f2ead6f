import java.io.BufferedReader;
import java.io.InputStreamReader;
import software.amazon.awssdk.services.sts.StsClient;

/** Prints who the profile is, once a line of stdin, with one client. */
public class CallerIdentity {
    public static void main(String[] arguments) throws Exception {
        var sts = StsClient.create();
        var lines = new BufferedReader(new InputStreamReader(System.in));
        while (lines.readLine() != null) {
            var caller = sts.getCallerIdentity();
            System.out.printf("{\"Account\": \"%s\", \"Arn\": \"%s\"}%n", caller.account(), caller.arn());
        }
    }
}
