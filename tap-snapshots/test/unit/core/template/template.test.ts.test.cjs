/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/unit/core/template/template.test.ts > TAP > config under Architect 11.3.0, rewritten > must match snapshot 1`] = `
{
  "PlainEventLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 20,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "config",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "PlainEvent": {
          "Type": "SNS",
          "Properties": {
            "Topic": {
              "Ref": "PlainEventTopic"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "events/plain/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "events",
      "name": "plain"
    }
  },
  "OtherHandlerEventLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 20,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "config",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "OtherHandlerEvent": {
          "Type": "SNS",
          "Properties": {
            "Topic": {
              "Ref": "OtherHandlerEventTopic"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "events/other-handler/index.run"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "events",
      "name": "other-handler"
    }
  },
  "GetAlsoCustomHTTPLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 20,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "config",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_STATIC_SPA": false
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "HTTPEvent": {
          "Type": "HttpApi",
          "Properties": {
            "Path": "/also-custom",
            "Method": "GET",
            "ApiId": {
              "Ref": "HTTP"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "http/get-also_custom/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "http",
      "name": "get /also-custom",
      "method": "get",
      "path": "/also-custom"
    }
  },
  "GetCustomHTTPLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 20,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "config",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_STATIC_SPA": false
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "HTTPEvent": {
          "Type": "HttpApi",
          "Properties": {
            "Path": "/custom",
            "Method": "GET",
            "ApiId": {
              "Ref": "HTTP"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "http/get-custom/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "http",
      "name": "get /custom",
      "method": "get",
      "path": "/custom"
    }
  },
  "GetSearchHTTPLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 3008,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 60,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "config",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_STATIC_SPA": false
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "HTTPEvent": {
          "Type": "HttpApi",
          "Properties": {
            "Path": "/search",
            "Method": "GET",
            "ApiId": {
              "Ref": "HTTP"
            }
          }
        }
      },
      "ProvisionedConcurrencyConfig": {
        "ProvisionedConcurrentExecutions": 2
      },
      "AutoPublishAlias": "live",
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "http/get-search/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "http",
      "name": "get /search",
      "method": "get",
      "path": "/search"
    }
  },
  "ThrottledQueueLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 1024
      },
      "Timeout": 20,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "config",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "ThrottledQueueEvent": {
          "Type": "SQS",
          "Properties": {
            "Queue": {
              "Fn::GetAtt": [
                "ThrottledQueue",
                "Arn"
              ]
            }
          }
        }
      },
      "ReservedConcurrentExecutions": 1,
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "queues/throttled/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "queues",
      "name": "throttled"
    }
  },
  "IntelEventLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "x86_64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 20,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "config",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "IntelEvent": {
          "Type": "SNS",
          "Properties": {
            "Topic": {
              "Ref": "IntelEventTopic"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "events/intel/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "events",
      "name": "intel"
    }
  }
}
`

exports[`test/unit/core/template/template.test.ts > TAP > config under Architect 12.0.1, rewritten > must match snapshot 1`] = `
{
  "PlainEventLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 20,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "config",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "PlainEvent": {
          "Type": "SNS",
          "Properties": {
            "Topic": {
              "Ref": "PlainEventTopic"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "events/plain/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "events",
      "name": "plain"
    }
  },
  "OtherHandlerEventLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 20,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "config",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "OtherHandlerEvent": {
          "Type": "SNS",
          "Properties": {
            "Topic": {
              "Ref": "OtherHandlerEventTopic"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "events/other-handler/index.run"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "events",
      "name": "other-handler"
    }
  },
  "GetAlsoCustomHTTPLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 20,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "config",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_STATIC_SPA": false
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "HTTPEvent": {
          "Type": "HttpApi",
          "Properties": {
            "Path": "/also-custom",
            "Method": "GET",
            "ApiId": {
              "Ref": "HTTP"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "http/get-also_custom/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "http",
      "name": "get /also-custom",
      "method": "get",
      "path": "/also-custom"
    }
  },
  "GetCustomHTTPLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 20,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "config",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_STATIC_SPA": false
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "HTTPEvent": {
          "Type": "HttpApi",
          "Properties": {
            "Path": "/custom",
            "Method": "GET",
            "ApiId": {
              "Ref": "HTTP"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "http/get-custom/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "http",
      "name": "get /custom",
      "method": "get",
      "path": "/custom"
    }
  },
  "GetSearchHTTPLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 3008,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 60,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "config",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_STATIC_SPA": false
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "HTTPEvent": {
          "Type": "HttpApi",
          "Properties": {
            "Path": "/search",
            "Method": "GET",
            "ApiId": {
              "Ref": "HTTP"
            }
          }
        }
      },
      "ProvisionedConcurrencyConfig": {
        "ProvisionedConcurrentExecutions": 2
      },
      "AutoPublishAlias": "live",
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "http/get-search/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "http",
      "name": "get /search",
      "method": "get",
      "path": "/search"
    }
  },
  "ThrottledQueueLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 1024
      },
      "Timeout": 20,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "config",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "ThrottledQueueEvent": {
          "Type": "SQS",
          "Properties": {
            "Queue": {
              "Fn::GetAtt": [
                "ThrottledQueue",
                "Arn"
              ]
            },
            "BatchSize": 1,
            "MaximumBatchingWindowInSeconds": 0
          }
        }
      },
      "ReservedConcurrentExecutions": 1,
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "queues/throttled/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "queues",
      "name": "throttled"
    }
  },
  "IntelEventLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "x86_64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 20,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "config",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "IntelEvent": {
          "Type": "SNS",
          "Properties": {
            "Topic": {
              "Ref": "IntelEventTopic"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "events/intel/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "events",
      "name": "intel"
    }
  }
}
`

exports[`test/unit/core/template/template.test.ts > TAP > kinds under Architect 11.3.0, rewritten > must match snapshot 1`] = `
{
  "WordCountEventLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "kinds",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_WSS_URL": {
            "Fn::Sub": [
              "wss://\${WS}.execute-api.\${AWS::Region}.amazonaws.com/staging",
              {}
            ]
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "WordCountEvent": {
          "Type": "SNS",
          "Properties": {
            "Topic": {
              "Ref": "WordCountEventTopic"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "events/word-count/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "events",
      "name": "word-count"
    }
  },
  "AnyApiStreamsWorkspaceIdAgentIdSecretHTTPLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "kinds",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_WSS_URL": {
            "Fn::Sub": [
              "wss://\${WS}.execute-api.\${AWS::Region}.amazonaws.com/staging",
              {}
            ]
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "HTTPEvent": {
          "Type": "HttpApi",
          "Properties": {
            "Path": "/api/streams/{workspaceId}/{agentId}/{secret}",
            "Method": "ANY",
            "ApiId": {
              "Ref": "HTTP"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "http/any-api-streams-000workspaceId-000agentId-000secret/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "http",
      "name": "any /api/streams/:workspaceId/:agentId/:secret",
      "method": "any",
      "path": "/api/streams/:workspaceId/:agentId/:secret"
    }
  },
  "GetFilesCatchallHTTPLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "kinds",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_WSS_URL": {
            "Fn::Sub": [
              "wss://\${WS}.execute-api.\${AWS::Region}.amazonaws.com/staging",
              {}
            ]
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "HTTPEvent": {
          "Type": "HttpApi",
          "Properties": {
            "Path": "/files/{proxy+}",
            "Method": "GET",
            "ApiId": {
              "Ref": "HTTP"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "http/get-files-catchall/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "http",
      "name": "get /files/*",
      "method": "get",
      "path": "/files/*"
    }
  },
  "PostABCIdHTTPLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "kinds",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_WSS_URL": {
            "Fn::Sub": [
              "wss://\${WS}.execute-api.\${AWS::Region}.amazonaws.com/staging",
              {}
            ]
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "HTTPEvent": {
          "Type": "HttpApi",
          "Properties": {
            "Path": "/a-b.c/{id}",
            "Method": "POST",
            "ApiId": {
              "Ref": "HTTP"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "http/post-a_b_c-000id/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "http",
      "name": "post /a-b.c/:id",
      "method": "post",
      "path": "/a-b.c/:id"
    }
  },
  "MailOutQueueLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "kinds",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_WSS_URL": {
            "Fn::Sub": [
              "wss://\${WS}.execute-api.\${AWS::Region}.amazonaws.com/staging",
              {}
            ]
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "MailOutQueueEvent": {
          "Type": "SQS",
          "Properties": {
            "Queue": {
              "Fn::GetAtt": [
                "MailOutQueue",
                "Arn"
              ]
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "queues/mail-out/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "queues",
      "name": "mail-out"
    }
  },
  "CompactScheduledLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "kinds",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_WSS_URL": {
            "Fn::Sub": [
              "wss://\${WS}.execute-api.\${AWS::Region}.amazonaws.com/staging",
              {}
            ]
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {},
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "scheduled/compact/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "scheduled",
      "name": "compact"
    }
  },
  "CatsTableStreamLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "kinds",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_WSS_URL": {
            "Fn::Sub": [
              "wss://\${WS}.execute-api.\${AWS::Region}.amazonaws.com/staging",
              {}
            ]
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {},
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "tables-streams/cats/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "tables",
      "name": "cats"
    }
  },
  "DogsTableStreamLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "kinds",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_WSS_URL": {
            "Fn::Sub": [
              "wss://\${WS}.execute-api.\${AWS::Region}.amazonaws.com/staging",
              {}
            ]
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {},
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "tables-streams/dogs/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "tables-streams",
      "name": "dogs"
    }
  },
  "ChatWSLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "kinds",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_WSS_URL": {
            "Fn::Sub": [
              "wss://\${WS}.execute-api.\${AWS::Region}.amazonaws.com/staging",
              {}
            ]
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {},
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "ws/chat/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "ws",
      "name": "chat"
    }
  },
  "ConnectWSLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "kinds",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_WSS_URL": {
            "Fn::Sub": [
              "wss://\${WS}.execute-api.\${AWS::Region}.amazonaws.com/staging",
              {}
            ]
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {},
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "ws/connect/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "ws",
      "name": "connect"
    }
  }
}
`

exports[`test/unit/core/template/template.test.ts > TAP > kinds under Architect 12.0.1, rewritten > must match snapshot 1`] = `
{
  "WordCountEventLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "kinds",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_WSS_URL": {
            "Fn::Sub": [
              "wss://\${WS}.execute-api.\${AWS::Region}.amazonaws.com/staging",
              {}
            ]
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "WordCountEvent": {
          "Type": "SNS",
          "Properties": {
            "Topic": {
              "Ref": "WordCountEventTopic"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "events/word-count/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "events",
      "name": "word-count"
    }
  },
  "AnyApiStreamsWorkspaceIdAgentIdSecretHTTPLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "kinds",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_WSS_URL": {
            "Fn::Sub": [
              "wss://\${WS}.execute-api.\${AWS::Region}.amazonaws.com/staging",
              {}
            ]
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "HTTPEvent": {
          "Type": "HttpApi",
          "Properties": {
            "Path": "/api/streams/{workspaceId}/{agentId}/{secret}",
            "Method": "ANY",
            "ApiId": {
              "Ref": "HTTP"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "http/any-api-streams-000workspaceId-000agentId-000secret/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "http",
      "name": "any /api/streams/:workspaceId/:agentId/:secret",
      "method": "any",
      "path": "/api/streams/:workspaceId/:agentId/:secret"
    }
  },
  "GetFilesCatchallHTTPLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "kinds",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_WSS_URL": {
            "Fn::Sub": [
              "wss://\${WS}.execute-api.\${AWS::Region}.amazonaws.com/staging",
              {}
            ]
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "HTTPEvent": {
          "Type": "HttpApi",
          "Properties": {
            "Path": "/files/{proxy+}",
            "Method": "GET",
            "ApiId": {
              "Ref": "HTTP"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "http/get-files-catchall/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "http",
      "name": "get /files/*",
      "method": "get",
      "path": "/files/*"
    }
  },
  "PostABCIdHTTPLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "kinds",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_WSS_URL": {
            "Fn::Sub": [
              "wss://\${WS}.execute-api.\${AWS::Region}.amazonaws.com/staging",
              {}
            ]
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "HTTPEvent": {
          "Type": "HttpApi",
          "Properties": {
            "Path": "/a-b.c/{id}",
            "Method": "POST",
            "ApiId": {
              "Ref": "HTTP"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "http/post-a_b_c-000id/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "http",
      "name": "post /a-b.c/:id",
      "method": "post",
      "path": "/a-b.c/:id"
    }
  },
  "MailOutQueueLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "kinds",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_WSS_URL": {
            "Fn::Sub": [
              "wss://\${WS}.execute-api.\${AWS::Region}.amazonaws.com/staging",
              {}
            ]
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "MailOutQueueEvent": {
          "Type": "SQS",
          "Properties": {
            "Queue": {
              "Fn::GetAtt": [
                "MailOutQueue",
                "Arn"
              ]
            },
            "BatchSize": 1,
            "MaximumBatchingWindowInSeconds": 0
          }
        }
      },
      "ReservedConcurrentExecutions": 1,
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "queues/mail-out/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "queues",
      "name": "mail-out"
    }
  },
  "CompactScheduleLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "kinds",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_WSS_URL": {
            "Fn::Sub": [
              "wss://\${WS}.execute-api.\${AWS::Region}.amazonaws.com/staging",
              {}
            ]
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {},
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "scheduled/compact/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "scheduled",
      "name": "compact"
    }
  },
  "CatsTableStreamLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "kinds",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_WSS_URL": {
            "Fn::Sub": [
              "wss://\${WS}.execute-api.\${AWS::Region}.amazonaws.com/staging",
              {}
            ]
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {},
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "tables-streams/cats/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "tables",
      "name": "cats"
    }
  },
  "DogsTableStreamLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "kinds",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_WSS_URL": {
            "Fn::Sub": [
              "wss://\${WS}.execute-api.\${AWS::Region}.amazonaws.com/staging",
              {}
            ]
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {},
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "tables-streams/dogs/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "tables-streams",
      "name": "dogs"
    }
  },
  "ChatWSLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "kinds",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_WSS_URL": {
            "Fn::Sub": [
              "wss://\${WS}.execute-api.\${AWS::Region}.amazonaws.com/staging",
              {}
            ]
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {},
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "ws/chat/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "ws",
      "name": "chat"
    }
  },
  "ConnectWSLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "kinds",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_WSS_URL": {
            "Fn::Sub": [
              "wss://\${WS}.execute-api.\${AWS::Region}.amazonaws.com/staging",
              {}
            ]
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {},
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "ws/connect/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "ws",
      "name": "connect"
    }
  }
}
`

exports[`test/unit/core/template/template.test.ts > TAP > monorepo/packages/web under Architect 11.3.0, rewritten > must match snapshot 1`] = `
{
  "GetApiHTTPLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "monorepo",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_STATIC_SPA": false
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "HTTPEvent": {
          "Type": "HttpApi",
          "Properties": {
            "Path": "/api",
            "Method": "GET",
            "ApiId": {
              "Ref": "HTTP"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "http/get-api/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "http",
      "name": "get /api",
      "method": "get",
      "path": "/api"
    }
  }
}
`

exports[`test/unit/core/template/template.test.ts > TAP > monorepo/packages/web under Architect 12.0.1, rewritten > must match snapshot 1`] = `
{
  "GetApiHTTPLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "monorepo",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_STATIC_SPA": false
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "HTTPEvent": {
          "Type": "HttpApi",
          "Properties": {
            "Path": "/api",
            "Method": "GET",
            "ApiId": {
              "Ref": "HTTP"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "http/get-api/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "http",
      "name": "get /api",
      "method": "get",
      "path": "/api"
    }
  }
}
`

exports[`test/unit/core/template/template.test.ts > TAP > plugin-made under Architect 11.3.0, rewritten > must match snapshot 1`] = `
{
  "WorkerOneTwoCustomLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "plugin-made",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {},
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "customLambdas/worker_oneTwo-5446cd19/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "custom",
      "name": "worker/oneTwo"
    }
  },
  "WorkerOnetwoCustomLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "plugin-made",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {},
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "customLambdas/worker_onetwo-7e04cdca/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "custom",
      "name": "worker/onetwo"
    }
  },
  "GetFromPluginIdHTTPLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "plugin-made",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "HTTPEvent": {
          "Type": "HttpApi",
          "Properties": {
            "Path": "/from-plugin/{id}",
            "Method": "GET",
            "ApiId": {
              "Ref": "HTTP"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "http/get-from_plugin-000id/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "http",
      "name": "get /from-plugin/:id",
      "method": "get",
      "path": "/from-plugin/:id"
    }
  },
  "NightlyScheduledLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "plugin-made",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {},
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "scheduled/nightly/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "scheduled",
      "name": "nightly"
    }
  }
}
`

exports[`test/unit/core/template/template.test.ts > TAP > plugin-made under Architect 12.0.1, rewritten > must match snapshot 1`] = `
{
  "WorkerOneTwoCustomLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "plugin-made",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {},
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "customLambdas/worker_oneTwo-5446cd19/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "custom",
      "name": "worker/oneTwo"
    }
  },
  "WorkerOnetwoCustomLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "plugin-made",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {},
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "customLambdas/worker_onetwo-7e04cdca/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "custom",
      "name": "worker/onetwo"
    }
  },
  "GetFromPluginIdHTTPLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "plugin-made",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "HTTPEvent": {
          "Type": "HttpApi",
          "Properties": {
            "Path": "/from-plugin/{id}",
            "Method": "GET",
            "ApiId": {
              "Ref": "HTTP"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "http/get-from_plugin-000id/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "http",
      "name": "get /from-plugin/:id",
      "method": "get",
      "path": "/from-plugin/:id"
    }
  },
  "NightlyScheduleLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "plugin-made",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {},
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "scheduled/nightly/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "scheduled",
      "name": "nightly"
    }
  }
}
`

exports[`test/unit/core/template/template.test.ts > TAP > typescript under Architect 11.3.0, rewritten > must match snapshot 1`] = `
{
  "GetPlainHTTPLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "typescript",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "HTTPEvent": {
          "Type": "HttpApi",
          "Properties": {
            "Path": "/plain",
            "Method": "GET",
            "ApiId": {
              "Ref": "HTTP"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "http/get-plain/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "http",
      "name": "get /plain",
      "method": "get",
      "path": "/plain"
    }
  },
  "GetIndexHTTPLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "typescript",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_STATIC_SPA": false
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "HTTPEvent": {
          "Type": "HttpApi",
          "Properties": {
            "Path": "/",
            "Method": "GET",
            "ApiId": {
              "Ref": "HTTP"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "http/get-index/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "http",
      "name": "get /",
      "method": "get",
      "path": "/"
    }
  },
  "CompactScheduledLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "typescript",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {},
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "scheduled/compact/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "scheduled",
      "name": "compact"
    }
  }
}
`

exports[`test/unit/core/template/template.test.ts > TAP > typescript under Architect 12.0.1, rewritten > must match snapshot 1`] = `
{
  "GetPlainHTTPLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "typescript",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "HTTPEvent": {
          "Type": "HttpApi",
          "Properties": {
            "Path": "/plain",
            "Method": "GET",
            "ApiId": {
              "Ref": "HTTP"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "http/get-plain/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "http",
      "name": "get /plain",
      "method": "get",
      "path": "/plain"
    }
  },
  "GetIndexHTTPLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "typescript",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          },
          "ARC_STATIC_SPA": false
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {
        "HTTPEvent": {
          "Type": "HttpApi",
          "Properties": {
            "Path": "/",
            "Method": "GET",
            "ApiId": {
              "Ref": "HTTP"
            }
          }
        }
      },
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "http/get-index/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "http",
      "name": "get /",
      "method": "get",
      "path": "/"
    }
  },
  "CompactScheduleLambda": {
    "Type": "AWS::Serverless::Function",
    "Properties": {
      "CodeUri": "/app/empty",
      "Architectures": [
        "arm64"
      ],
      "MemorySize": 1152,
      "EphemeralStorage": {
        "Size": 512
      },
      "Timeout": 5,
      "Environment": {
        "Variables": {
          "ARC_APP_NAME": "typescript",
          "ARC_ENV": "staging",
          "ARC_ROLE": {
            "Ref": "Role"
          },
          "ARC_SESSION_TABLE_NAME": "jwe",
          "ARC_STACK_NAME": {
            "Ref": "AWS::StackName"
          },
          "ARC_STATIC_BUCKET": {
            "Ref": "StaticBucket"
          }
        }
      },
      "Role": {
        "Fn::Sub": [
          "arn:aws:iam::\${AWS::AccountId}:role/\${roleName}",
          {
            "roleName": {
              "Ref": "Role"
            }
          }
        ]
      },
      "Events": {},
      "PackageType": "Image",
      "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images@sha256:1111111111111111111111111111111111111111111111111111111111111111",
      "ImageConfig": {
        "EntryPoint": [
          "/lambda-entrypoint.sh"
        ],
        "Command": [
          "scheduled/compact/index.handler"
        ],
        "WorkingDirectory": "/var/task"
      }
    },
    "ArcMetadata": {
      "pragma": "scheduled",
      "name": "compact"
    }
  }
}
`
