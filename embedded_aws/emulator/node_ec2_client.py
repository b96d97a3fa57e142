"""The EC2 client of AWS's SDK in functions that run on node.

ministack 1.5.33 gives node functions stand-ins for the SDK's clients whose services speak JSON;
EC2 speaks its query protocol, and `require("@aws-sdk/client-ec2")` fails. CDK's custom resource
that empties a VPC's default security group calls it. Ours is the class `EC2` with any operation as
a method, signed as the function's role. Answers are not parsed: a method gives nothing back.
"""

from embedded_aws.emulator.seams import SeamError, wrap

_TABLE = "const _SPECIFIC_STUBS = {"
_CLIENT = r"""
  // Names differ on the wire (EC2's model, `queryName`).
  const _EC2_QUERY_NAMES = { UserIdGroupPairs: "Groups" };

  function _ec2Flattened(prefix, value, into) {
    if (Array.isArray(value)) {
      value.forEach((item, index) => _ec2Flattened(prefix + "." + (index + 1), item, into));
    } else if (value !== null && typeof value === "object") {
      for (const [name, part] of Object.entries(value)) {
        const spelled = _EC2_QUERY_NAMES[name] || name;
        _ec2Flattened(prefix ? prefix + "." + spelled : spelled, part, into);
      }
    } else if (value !== undefined && value !== null) {
      into.append(prefix, String(value));
    }
    return into;
  }

  function _ec2Request(action, params) {
    const ep = new URL(process.env.AWS_ENDPOINT_URL);
    const form = new URLSearchParams({ Action: action, Version: "2016-11-15" });
    const body = _ec2Flattened("", params || {}, form).toString();
    const headers = {
      "Content-Type": "application/x-www-form-urlencoded",
      "Content-Length": Buffer.byteLength(body),
    };
    return new Promise((resolve, reject) => {
      const req = (ep.protocol === "https:" ? https : http).request(
        {
          hostname: ep.hostname,
          port: ep.port,
          method: "POST",
          path: "/",
          headers: _signedHeaders("ec2", "POST", ep, "/", body, headers),
        },
        (res) => {
          const chunks = [];
          res.on("data", (chunk) => chunks.push(chunk));
          res.on("end", () => {
            const text = Buffer.concat(chunks).toString();
            if (res.statusCode < 400) return resolve({});
            const said = (name) => (text.match("<" + name + ">([^<]*)<") || [])[1] || text;
            const error = new Error(said("Message"));
            error.name = said("Code");
            reject(error);
          });
        }
      );
      req.on("error", reject);
      req.end(body);
    });
  }

  class EC2 {
    constructor() {
      return new Proxy(this, {
        get: (_, name) => (params) =>
          _ec2Request(String(name)[0].toUpperCase() + String(name).slice(1), params),
      });
    }
  }

"""


def install() -> None:
    """Put the client into what every node function is started with."""
    wrap("core.lambda_runtime._NODEJS_WORKER_SCRIPT", _with_client)


def _with_client(script: str) -> str:
    if script.count(_TABLE) != 1:
        raise SeamError("core.lambda_runtime._NODEJS_WORKER_SCRIPT with _SPECIFIC_STUBS")
    return script.replace(_TABLE, f'{_CLIENT}{_TABLE}\n    "@aws-sdk/client-ec2": {{ EC2 }},')
