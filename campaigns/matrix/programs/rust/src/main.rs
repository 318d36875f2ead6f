//! Print who the profile is, once a line of stdin, with one client.

use aws_config::BehaviorVersion;
use aws_sdk_sts::error::DisplayErrorContext;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let settings = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let sts = aws_sdk_sts::Client::new(&settings);
    for _ in std::io::stdin().lines() {
        match sts.get_caller_identity().send().await {
            Ok(caller) => println!(
                r#"{{"Account": "{}", "Arn": "{}"}}"#,
                caller.account().unwrap_or_default(),
                caller.arn().unwrap_or_default(),
            ),
            Err(error) => {
                eprintln!("error: {}", DisplayErrorContext(&error));
                std::process::exit(1);
            }
        }
    }
}
