/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/unit/core/plan/plan-images.test.ts > TAP > the plan of config under Architect 11.3.0 > must match snapshot 1`] = `
[
  {
    "name": "one",
    "architecture": "arm64",
    "nodeVersion": 20,
    "base": "public.ecr.aws/lambda/nodejs:20",
    "definition": {
      "kind": "package",
      "directory": "<app>/docker/one",
      "packageManager": "pnpm",
      "lockfile": "<app>/docker/one/pnpm-lock.yaml"
    },
    "settings": {
      "define": [],
      "defineSecret": [],
      "startCheck": "on",
      "external": [],
      "include": [],
      "exclude": [],
      "omit": [],
      "scriptsNotNeeded": []
    },
    "functions": [
      {
        "logicalId": "PlainEventLambda",
        "pragma": "events",
        "name": "plain",
        "folder": "events/plain",
        "sourceDirectory": "<app>/src/events/plain",
        "entryFile": "<app>/src/events/plain/index.js",
        "handlerExport": "handler",
        "command": "events/plain/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 20
      }
    ]
  },
  {
    "name": "one",
    "architecture": "arm64",
    "nodeVersion": 22,
    "base": "public.ecr.aws/lambda/nodejs:22",
    "definition": {
      "kind": "package",
      "directory": "<app>/docker/one",
      "packageManager": "pnpm",
      "lockfile": "<app>/docker/one/pnpm-lock.yaml"
    },
    "settings": {
      "define": [],
      "defineSecret": [],
      "startCheck": "on",
      "external": [],
      "include": [],
      "exclude": [],
      "omit": [],
      "scriptsNotNeeded": []
    },
    "functions": [
      {
        "logicalId": "OtherHandlerEventLambda",
        "pragma": "events",
        "name": "other-handler",
        "folder": "events/other-handler",
        "sourceDirectory": "<app>/src/events/other-handler",
        "entryFile": "<app>/src/events/other-handler/api.js",
        "handlerExport": "run",
        "command": "events/other-handler/index.run",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 20
      },
      {
        "logicalId": "GetAlsoCustomHTTPLambda",
        "pragma": "http",
        "name": "get /also-custom",
        "folder": "http/get-also_custom",
        "sourceDirectory": "<app>/functions/custom",
        "entryFile": "<app>/functions/custom/index.cjs",
        "handlerExport": "handler",
        "command": "http/get-also_custom/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 20
      },
      {
        "logicalId": "GetCustomHTTPLambda",
        "pragma": "http",
        "name": "get /custom",
        "folder": "http/get-custom",
        "sourceDirectory": "<app>/functions/custom",
        "entryFile": "<app>/functions/custom/index.cjs",
        "handlerExport": "handler",
        "command": "http/get-custom/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 20
      },
      {
        "logicalId": "GetSearchHTTPLambda",
        "pragma": "http",
        "name": "get /search",
        "folder": "http/get-search",
        "sourceDirectory": "<app>/src/http/get-search",
        "entryFile": "<app>/src/http/get-search/index.mjs",
        "handlerExport": "handler",
        "command": "http/get-search/index.handler",
        "environment": {
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
        },
        "memory": 3008,
        "timeout": 60
      },
      {
        "logicalId": "ThrottledQueueLambda",
        "pragma": "queues",
        "name": "throttled",
        "folder": "queues/throttled",
        "sourceDirectory": "<app>/src/queues/throttled",
        "entryFile": "<app>/src/queues/throttled/index.js",
        "handlerExport": "handler",
        "command": "queues/throttled/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 20
      }
    ]
  },
  {
    "name": "one",
    "architecture": "x86_64",
    "nodeVersion": 22,
    "base": "public.ecr.aws/lambda/nodejs:22",
    "definition": {
      "kind": "package",
      "directory": "<app>/docker/one",
      "packageManager": "pnpm",
      "lockfile": "<app>/docker/one/pnpm-lock.yaml"
    },
    "settings": {
      "define": [],
      "defineSecret": [],
      "startCheck": "on",
      "external": [],
      "include": [],
      "exclude": [],
      "omit": [],
      "scriptsNotNeeded": []
    },
    "functions": [
      {
        "logicalId": "IntelEventLambda",
        "pragma": "events",
        "name": "intel",
        "folder": "events/intel",
        "sourceDirectory": "<app>/src/events/intel",
        "entryFile": "<app>/src/events/intel/index.js",
        "handlerExport": "handler",
        "command": "events/intel/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 20
      }
    ]
  }
]
`

exports[`test/unit/core/plan/plan-images.test.ts > TAP > the plan of config under Architect 12.0.1 > must match snapshot 1`] = `
[
  {
    "name": "one",
    "architecture": "arm64",
    "nodeVersion": 20,
    "base": "public.ecr.aws/lambda/nodejs:20",
    "definition": {
      "kind": "package",
      "directory": "<app>/docker/one",
      "packageManager": "pnpm",
      "lockfile": "<app>/docker/one/pnpm-lock.yaml"
    },
    "settings": {
      "define": [],
      "defineSecret": [],
      "startCheck": "on",
      "external": [],
      "include": [],
      "exclude": [],
      "omit": [],
      "scriptsNotNeeded": []
    },
    "functions": [
      {
        "logicalId": "PlainEventLambda",
        "pragma": "events",
        "name": "plain",
        "folder": "events/plain",
        "sourceDirectory": "<app>/src/events/plain",
        "entryFile": "<app>/src/events/plain/index.js",
        "handlerExport": "handler",
        "command": "events/plain/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 20
      }
    ]
  },
  {
    "name": "one",
    "architecture": "arm64",
    "nodeVersion": 22,
    "base": "public.ecr.aws/lambda/nodejs:22",
    "definition": {
      "kind": "package",
      "directory": "<app>/docker/one",
      "packageManager": "pnpm",
      "lockfile": "<app>/docker/one/pnpm-lock.yaml"
    },
    "settings": {
      "define": [],
      "defineSecret": [],
      "startCheck": "on",
      "external": [],
      "include": [],
      "exclude": [],
      "omit": [],
      "scriptsNotNeeded": []
    },
    "functions": [
      {
        "logicalId": "OtherHandlerEventLambda",
        "pragma": "events",
        "name": "other-handler",
        "folder": "events/other-handler",
        "sourceDirectory": "<app>/src/events/other-handler",
        "entryFile": "<app>/src/events/other-handler/api.js",
        "handlerExport": "run",
        "command": "events/other-handler/index.run",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 20
      },
      {
        "logicalId": "GetAlsoCustomHTTPLambda",
        "pragma": "http",
        "name": "get /also-custom",
        "folder": "http/get-also_custom",
        "sourceDirectory": "<app>/functions/custom",
        "entryFile": "<app>/functions/custom/index.cjs",
        "handlerExport": "handler",
        "command": "http/get-also_custom/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 20
      },
      {
        "logicalId": "GetCustomHTTPLambda",
        "pragma": "http",
        "name": "get /custom",
        "folder": "http/get-custom",
        "sourceDirectory": "<app>/functions/custom",
        "entryFile": "<app>/functions/custom/index.cjs",
        "handlerExport": "handler",
        "command": "http/get-custom/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 20
      },
      {
        "logicalId": "GetSearchHTTPLambda",
        "pragma": "http",
        "name": "get /search",
        "folder": "http/get-search",
        "sourceDirectory": "<app>/src/http/get-search",
        "entryFile": "<app>/src/http/get-search/index.mjs",
        "handlerExport": "handler",
        "command": "http/get-search/index.handler",
        "environment": {
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
        },
        "memory": 3008,
        "timeout": 60
      },
      {
        "logicalId": "ThrottledQueueLambda",
        "pragma": "queues",
        "name": "throttled",
        "folder": "queues/throttled",
        "sourceDirectory": "<app>/src/queues/throttled",
        "entryFile": "<app>/src/queues/throttled/index.js",
        "handlerExport": "handler",
        "command": "queues/throttled/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 20
      }
    ]
  },
  {
    "name": "one",
    "architecture": "x86_64",
    "nodeVersion": 22,
    "base": "public.ecr.aws/lambda/nodejs:22",
    "definition": {
      "kind": "package",
      "directory": "<app>/docker/one",
      "packageManager": "pnpm",
      "lockfile": "<app>/docker/one/pnpm-lock.yaml"
    },
    "settings": {
      "define": [],
      "defineSecret": [],
      "startCheck": "on",
      "external": [],
      "include": [],
      "exclude": [],
      "omit": [],
      "scriptsNotNeeded": []
    },
    "functions": [
      {
        "logicalId": "IntelEventLambda",
        "pragma": "events",
        "name": "intel",
        "folder": "events/intel",
        "sourceDirectory": "<app>/src/events/intel",
        "entryFile": "<app>/src/events/intel/index.js",
        "handlerExport": "handler",
        "command": "events/intel/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 20
      }
    ]
  }
]
`

exports[`test/unit/core/plan/plan-images.test.ts > TAP > the plan of kinds under Architect 11.3.0 > must match snapshot 1`] = `
[
  {
    "name": "data",
    "architecture": "arm64",
    "nodeVersion": 20,
    "base": "public.ecr.aws/lambda/nodejs:20",
    "definition": {
      "kind": "package",
      "directory": "<app>/docker/data",
      "packageManager": "npm",
      "lockfile": "<app>/docker/data/package-lock.json"
    },
    "settings": {
      "define": [
        "API_BASE_URL",
        "SENTRY_DSN",
        "STAGE_NAME"
      ],
      "defineSecret": [],
      "startCheck": "on",
      "external": [
        "sharp",
        "@img/colour"
      ],
      "include": [],
      "exclude": [],
      "omit": [],
      "scriptsNotNeeded": [],
      "places": {
        "repository": "app.arc:47",
        "define": "app.arc:51",
        "external": "app.arc:50"
      }
    },
    "functions": [
      {
        "logicalId": "WordCountEventLambda",
        "pragma": "events",
        "name": "word-count",
        "folder": "events/word-count",
        "sourceDirectory": "<app>/src/events/word-count",
        "entryFile": "<app>/src/events/word-count/index.js",
        "handlerExport": "handler",
        "command": "events/word-count/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      },
      {
        "logicalId": "AnyApiStreamsWorkspaceIdAgentIdSecretHTTPLambda",
        "pragma": "http",
        "name": "any /api/streams/:workspaceId/:agentId/:secret",
        "folder": "http/any-api-streams-000workspaceId-000agentId-000secret",
        "sourceDirectory": "<app>/src/http/any-api-streams-000workspaceId-000agentId-000secret",
        "entryFile": "<app>/src/http/any-api-streams-000workspaceId-000agentId-000secret/index.js",
        "handlerExport": "handler",
        "command": "http/any-api-streams-000workspaceId-000agentId-000secret/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      },
      {
        "logicalId": "GetFilesCatchallHTTPLambda",
        "pragma": "http",
        "name": "get /files/*",
        "folder": "http/get-files-catchall",
        "sourceDirectory": "<app>/src/http/get-files-catchall",
        "entryFile": "<app>/src/http/get-files-catchall/index.js",
        "handlerExport": "handler",
        "command": "http/get-files-catchall/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      },
      {
        "logicalId": "PostABCIdHTTPLambda",
        "pragma": "http",
        "name": "post /a-b.c/:id",
        "folder": "http/post-a_b_c-000id",
        "sourceDirectory": "<app>/src/http/post-a_b_c-000id",
        "entryFile": "<app>/src/http/post-a_b_c-000id/index.js",
        "handlerExport": "handler",
        "command": "http/post-a_b_c-000id/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      },
      {
        "logicalId": "MailOutQueueLambda",
        "pragma": "queues",
        "name": "mail-out",
        "folder": "queues/mail-out",
        "sourceDirectory": "<app>/src/queues/mail-out",
        "entryFile": "<app>/src/queues/mail-out/index.js",
        "handlerExport": "handler",
        "command": "queues/mail-out/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      },
      {
        "logicalId": "CompactScheduledLambda",
        "pragma": "scheduled",
        "name": "compact",
        "folder": "scheduled/compact",
        "sourceDirectory": "<app>/src/scheduled/compact",
        "entryFile": "<app>/src/scheduled/compact/index.js",
        "handlerExport": "handler",
        "command": "scheduled/compact/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      },
      {
        "logicalId": "CatsTableStreamLambda",
        "pragma": "tables-streams",
        "name": "cats",
        "folder": "tables-streams/cats",
        "sourceDirectory": "<app>/src/tables-streams/cats",
        "entryFile": "<app>/src/tables-streams/cats/index.js",
        "handlerExport": "handler",
        "command": "tables-streams/cats/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      },
      {
        "logicalId": "DogsTableStreamLambda",
        "pragma": "tables-streams",
        "name": "dogs",
        "folder": "tables-streams/dogs",
        "sourceDirectory": "<app>/src/tables-streams/dogs",
        "entryFile": "<app>/src/tables-streams/dogs/index.js",
        "handlerExport": "handler",
        "command": "tables-streams/dogs/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      },
      {
        "logicalId": "ChatWSLambda",
        "pragma": "ws",
        "name": "chat",
        "folder": "ws/chat",
        "sourceDirectory": "<app>/src/ws/chat",
        "entryFile": "<app>/src/ws/chat/index.js",
        "handlerExport": "handler",
        "command": "ws/chat/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      }
    ]
  },
  {
    "name": "small",
    "architecture": "arm64",
    "nodeVersion": 20,
    "base": "public.ecr.aws/lambda/nodejs:22@sha256:0000000000000000000000000000000000000000000000000000000000000001",
    "definition": {
      "kind": "package",
      "directory": "<app>/docker/small",
      "packageManager": "npm"
    },
    "settings": {
      "define": [
        "API_BASE_URL"
      ],
      "defineSecret": [],
      "base": "public.ecr.aws/lambda/nodejs:22@sha256:0000000000000000000000000000000000000000000000000000000000000001",
      "startCheck": "on",
      "external": [],
      "include": [],
      "exclude": [],
      "omit": [],
      "scriptsNotNeeded": [],
      "places": {
        "repository": "app.arc:47",
        "define": "app.arc:48",
        "base": "app.arc:55"
      }
    },
    "functions": [
      {
        "logicalId": "ConnectWSLambda",
        "pragma": "ws",
        "name": "connect",
        "folder": "ws/connect",
        "sourceDirectory": "<app>/src/ws/connect",
        "entryFile": "<app>/src/ws/connect/index.js",
        "handlerExport": "handler",
        "command": "ws/connect/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      }
    ]
  }
]
`

exports[`test/unit/core/plan/plan-images.test.ts > TAP > the plan of kinds under Architect 12.0.1 > must match snapshot 1`] = `
[
  {
    "name": "data",
    "architecture": "arm64",
    "nodeVersion": 22,
    "base": "public.ecr.aws/lambda/nodejs:22",
    "definition": {
      "kind": "package",
      "directory": "<app>/docker/data",
      "packageManager": "npm",
      "lockfile": "<app>/docker/data/package-lock.json"
    },
    "settings": {
      "define": [
        "API_BASE_URL",
        "SENTRY_DSN",
        "STAGE_NAME"
      ],
      "defineSecret": [],
      "startCheck": "on",
      "external": [
        "sharp",
        "@img/colour"
      ],
      "include": [],
      "exclude": [],
      "omit": [],
      "scriptsNotNeeded": [],
      "places": {
        "repository": "app.arc:47",
        "define": "app.arc:51",
        "external": "app.arc:50"
      }
    },
    "functions": [
      {
        "logicalId": "WordCountEventLambda",
        "pragma": "events",
        "name": "word-count",
        "folder": "events/word-count",
        "sourceDirectory": "<app>/src/events/word-count",
        "entryFile": "<app>/src/events/word-count/index.js",
        "handlerExport": "handler",
        "command": "events/word-count/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      },
      {
        "logicalId": "AnyApiStreamsWorkspaceIdAgentIdSecretHTTPLambda",
        "pragma": "http",
        "name": "any /api/streams/:workspaceId/:agentId/:secret",
        "folder": "http/any-api-streams-000workspaceId-000agentId-000secret",
        "sourceDirectory": "<app>/src/http/any-api-streams-000workspaceId-000agentId-000secret",
        "entryFile": "<app>/src/http/any-api-streams-000workspaceId-000agentId-000secret/index.js",
        "handlerExport": "handler",
        "command": "http/any-api-streams-000workspaceId-000agentId-000secret/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      },
      {
        "logicalId": "GetFilesCatchallHTTPLambda",
        "pragma": "http",
        "name": "get /files/*",
        "folder": "http/get-files-catchall",
        "sourceDirectory": "<app>/src/http/get-files-catchall",
        "entryFile": "<app>/src/http/get-files-catchall/index.js",
        "handlerExport": "handler",
        "command": "http/get-files-catchall/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      },
      {
        "logicalId": "PostABCIdHTTPLambda",
        "pragma": "http",
        "name": "post /a-b.c/:id",
        "folder": "http/post-a_b_c-000id",
        "sourceDirectory": "<app>/src/http/post-a_b_c-000id",
        "entryFile": "<app>/src/http/post-a_b_c-000id/index.js",
        "handlerExport": "handler",
        "command": "http/post-a_b_c-000id/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      },
      {
        "logicalId": "MailOutQueueLambda",
        "pragma": "queues",
        "name": "mail-out",
        "folder": "queues/mail-out",
        "sourceDirectory": "<app>/src/queues/mail-out",
        "entryFile": "<app>/src/queues/mail-out/index.js",
        "handlerExport": "handler",
        "command": "queues/mail-out/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      },
      {
        "logicalId": "CompactScheduleLambda",
        "pragma": "scheduled",
        "name": "compact",
        "folder": "scheduled/compact",
        "sourceDirectory": "<app>/src/scheduled/compact",
        "entryFile": "<app>/src/scheduled/compact/index.js",
        "handlerExport": "handler",
        "command": "scheduled/compact/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      },
      {
        "logicalId": "CatsTableStreamLambda",
        "pragma": "tables-streams",
        "name": "cats",
        "folder": "tables-streams/cats",
        "sourceDirectory": "<app>/src/tables-streams/cats",
        "entryFile": "<app>/src/tables-streams/cats/index.js",
        "handlerExport": "handler",
        "command": "tables-streams/cats/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      },
      {
        "logicalId": "DogsTableStreamLambda",
        "pragma": "tables-streams",
        "name": "dogs",
        "folder": "tables-streams/dogs",
        "sourceDirectory": "<app>/src/tables-streams/dogs",
        "entryFile": "<app>/src/tables-streams/dogs/index.js",
        "handlerExport": "handler",
        "command": "tables-streams/dogs/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      },
      {
        "logicalId": "ChatWSLambda",
        "pragma": "ws",
        "name": "chat",
        "folder": "ws/chat",
        "sourceDirectory": "<app>/src/ws/chat",
        "entryFile": "<app>/src/ws/chat/index.js",
        "handlerExport": "handler",
        "command": "ws/chat/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      }
    ]
  },
  {
    "name": "small",
    "architecture": "arm64",
    "nodeVersion": 22,
    "base": "public.ecr.aws/lambda/nodejs:22@sha256:0000000000000000000000000000000000000000000000000000000000000001",
    "definition": {
      "kind": "package",
      "directory": "<app>/docker/small",
      "packageManager": "npm"
    },
    "settings": {
      "define": [
        "API_BASE_URL"
      ],
      "defineSecret": [],
      "base": "public.ecr.aws/lambda/nodejs:22@sha256:0000000000000000000000000000000000000000000000000000000000000001",
      "startCheck": "on",
      "external": [],
      "include": [],
      "exclude": [],
      "omit": [],
      "scriptsNotNeeded": [],
      "places": {
        "repository": "app.arc:47",
        "define": "app.arc:48",
        "base": "app.arc:55"
      }
    },
    "functions": [
      {
        "logicalId": "ConnectWSLambda",
        "pragma": "ws",
        "name": "connect",
        "folder": "ws/connect",
        "sourceDirectory": "<app>/src/ws/connect",
        "entryFile": "<app>/src/ws/connect/index.js",
        "handlerExport": "handler",
        "command": "ws/connect/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      }
    ]
  }
]
`

exports[`test/unit/core/plan/plan-images.test.ts > TAP > the plan of monorepo/packages/web under Architect 11.3.0 > must match snapshot 1`] = `
[
  {
    "name": "heavy",
    "architecture": "arm64",
    "nodeVersion": 20,
    "base": "public.ecr.aws/lambda/nodejs:20",
    "definition": {
      "kind": "package",
      "directory": "<app>/docker/heavy",
      "packageManager": "npm"
    },
    "settings": {
      "define": [],
      "defineSecret": [],
      "startCheck": "on",
      "external": [],
      "include": [],
      "exclude": [],
      "omit": [],
      "scriptsNotNeeded": []
    },
    "functions": [
      {
        "logicalId": "GetApiHTTPLambda",
        "pragma": "http",
        "name": "get /api",
        "folder": "http/get-api",
        "sourceDirectory": "<app>/src/http/get-api",
        "entryFile": "<app>/src/http/get-api/index.js",
        "handlerExport": "handler",
        "command": "http/get-api/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      }
    ]
  }
]
`

exports[`test/unit/core/plan/plan-images.test.ts > TAP > the plan of monorepo/packages/web under Architect 12.0.1 > must match snapshot 1`] = `
[
  {
    "name": "heavy",
    "architecture": "arm64",
    "nodeVersion": 22,
    "base": "public.ecr.aws/lambda/nodejs:22",
    "definition": {
      "kind": "package",
      "directory": "<app>/docker/heavy",
      "packageManager": "npm"
    },
    "settings": {
      "define": [],
      "defineSecret": [],
      "startCheck": "on",
      "external": [],
      "include": [],
      "exclude": [],
      "omit": [],
      "scriptsNotNeeded": []
    },
    "functions": [
      {
        "logicalId": "GetApiHTTPLambda",
        "pragma": "http",
        "name": "get /api",
        "folder": "http/get-api",
        "sourceDirectory": "<app>/src/http/get-api",
        "entryFile": "<app>/src/http/get-api/index.js",
        "handlerExport": "handler",
        "command": "http/get-api/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      }
    ]
  }
]
`

exports[`test/unit/core/plan/plan-images.test.ts > TAP > the plan of plugin-made under Architect 11.3.0 > must match snapshot 1`] = `
[
  {
    "name": "made",
    "architecture": "arm64",
    "nodeVersion": 20,
    "base": "public.ecr.aws/lambda/nodejs:20",
    "definition": {
      "kind": "package",
      "directory": "<app>/docker/made",
      "packageManager": "npm"
    },
    "settings": {
      "define": [],
      "defineSecret": [],
      "startCheck": "on",
      "external": [],
      "include": [],
      "exclude": [],
      "omit": [],
      "scriptsNotNeeded": []
    },
    "functions": [
      {
        "logicalId": "WorkerOneTwoCustomLambda",
        "pragma": "customLambdas",
        "name": "worker/oneTwo",
        "folder": "customLambdas/worker_oneTwo-5446cd19",
        "sourceDirectory": "<app>/made/worker",
        "entryFile": "<app>/made/worker/index.js",
        "handlerExport": "handler",
        "command": "customLambdas/worker_oneTwo-5446cd19/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      },
      {
        "logicalId": "WorkerOnetwoCustomLambda",
        "pragma": "customLambdas",
        "name": "worker/onetwo",
        "folder": "customLambdas/worker_onetwo-7e04cdca",
        "sourceDirectory": "<app>/made/worker",
        "entryFile": "<app>/made/worker/index.js",
        "handlerExport": "handler",
        "command": "customLambdas/worker_onetwo-7e04cdca/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      },
      {
        "logicalId": "GetFromPluginIdHTTPLambda",
        "pragma": "http",
        "name": "get /from-plugin/:id",
        "folder": "http/get-from_plugin-000id",
        "sourceDirectory": "<app>/made/route",
        "entryFile": "<app>/made/route/index.js",
        "handlerExport": "handler",
        "command": "http/get-from_plugin-000id/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      },
      {
        "logicalId": "NightlyScheduledLambda",
        "pragma": "scheduled",
        "name": "nightly",
        "folder": "scheduled/nightly",
        "sourceDirectory": "<app>/made/nightly",
        "entryFile": "<app>/made/nightly/index.js",
        "handlerExport": "handler",
        "command": "scheduled/nightly/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      }
    ]
  }
]
`

exports[`test/unit/core/plan/plan-images.test.ts > TAP > the plan of plugin-made under Architect 12.0.1 > must match snapshot 1`] = `
[
  {
    "name": "made",
    "architecture": "arm64",
    "nodeVersion": 22,
    "base": "public.ecr.aws/lambda/nodejs:22",
    "definition": {
      "kind": "package",
      "directory": "<app>/docker/made",
      "packageManager": "npm"
    },
    "settings": {
      "define": [],
      "defineSecret": [],
      "startCheck": "on",
      "external": [],
      "include": [],
      "exclude": [],
      "omit": [],
      "scriptsNotNeeded": []
    },
    "functions": [
      {
        "logicalId": "WorkerOneTwoCustomLambda",
        "pragma": "customLambdas",
        "name": "worker/oneTwo",
        "folder": "customLambdas/worker_oneTwo-5446cd19",
        "sourceDirectory": "<app>/made/worker",
        "entryFile": "<app>/made/worker/index.js",
        "handlerExport": "handler",
        "command": "customLambdas/worker_oneTwo-5446cd19/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      },
      {
        "logicalId": "WorkerOnetwoCustomLambda",
        "pragma": "customLambdas",
        "name": "worker/onetwo",
        "folder": "customLambdas/worker_onetwo-7e04cdca",
        "sourceDirectory": "<app>/made/worker",
        "entryFile": "<app>/made/worker/index.js",
        "handlerExport": "handler",
        "command": "customLambdas/worker_onetwo-7e04cdca/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      },
      {
        "logicalId": "GetFromPluginIdHTTPLambda",
        "pragma": "http",
        "name": "get /from-plugin/:id",
        "folder": "http/get-from_plugin-000id",
        "sourceDirectory": "<app>/made/route",
        "entryFile": "<app>/made/route/index.js",
        "handlerExport": "handler",
        "command": "http/get-from_plugin-000id/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      },
      {
        "logicalId": "NightlyScheduleLambda",
        "pragma": "scheduled",
        "name": "nightly",
        "folder": "scheduled/nightly",
        "sourceDirectory": "<app>/made/nightly",
        "entryFile": "<app>/made/nightly/index.js",
        "handlerExport": "handler",
        "command": "scheduled/nightly/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      }
    ]
  }
]
`

exports[`test/unit/core/plan/plan-images.test.ts > TAP > the plan of typescript under Architect 11.3.0 > must match snapshot 1`] = `
[
  {
    "name": "native",
    "architecture": "arm64",
    "nodeVersion": 20,
    "base": "public.ecr.aws/lambda/nodejs:20",
    "definition": {
      "kind": "package",
      "directory": "<app>/docker/native",
      "packageManager": "npm"
    },
    "settings": {
      "define": [],
      "defineSecret": [],
      "startCheck": "on",
      "external": [],
      "include": [],
      "exclude": [],
      "omit": [],
      "scriptsNotNeeded": []
    },
    "functions": [
      {
        "logicalId": "GetPlainHTTPLambda",
        "pragma": "http",
        "name": "get /plain",
        "folder": "http/get-plain",
        "sourceDirectory": "<app>/src/http/get-plain",
        "entryFile": "<app>/src/http/get-plain/index.js",
        "handlerExport": "handler",
        "command": "http/get-plain/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      }
    ]
  },
  {
    "name": "native",
    "architecture": "arm64",
    "nodeVersion": 22,
    "base": "public.ecr.aws/lambda/nodejs:22",
    "definition": {
      "kind": "package",
      "directory": "<app>/docker/native",
      "packageManager": "npm"
    },
    "settings": {
      "define": [],
      "defineSecret": [],
      "startCheck": "on",
      "external": [],
      "include": [],
      "exclude": [],
      "omit": [],
      "scriptsNotNeeded": []
    },
    "functions": [
      {
        "logicalId": "GetIndexHTTPLambda",
        "pragma": "http",
        "name": "get /",
        "folder": "http/get-index",
        "sourceDirectory": "<app>/src/http/get-index",
        "codeDirectory": "<app>/.build/http/get-index",
        "entryFile": "<app>/src/http/get-index/index.ts",
        "handlerExport": "handler",
        "command": "http/get-index/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      },
      {
        "logicalId": "CompactScheduledLambda",
        "pragma": "scheduled",
        "name": "compact",
        "folder": "scheduled/compact",
        "sourceDirectory": "<app>/src/scheduled/compact",
        "codeDirectory": "<app>/.build/scheduled/compact",
        "entryFile": "<app>/src/scheduled/compact/index.ts",
        "handlerExport": "handler",
        "command": "scheduled/compact/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      }
    ]
  }
]
`

exports[`test/unit/core/plan/plan-images.test.ts > TAP > the plan of typescript under Architect 12.0.1 > must match snapshot 1`] = `
[
  {
    "name": "native",
    "architecture": "arm64",
    "nodeVersion": 20,
    "base": "public.ecr.aws/lambda/nodejs:20",
    "definition": {
      "kind": "package",
      "directory": "<app>/docker/native",
      "packageManager": "npm"
    },
    "settings": {
      "define": [],
      "defineSecret": [],
      "startCheck": "on",
      "external": [],
      "include": [],
      "exclude": [],
      "omit": [],
      "scriptsNotNeeded": []
    },
    "functions": [
      {
        "logicalId": "GetPlainHTTPLambda",
        "pragma": "http",
        "name": "get /plain",
        "folder": "http/get-plain",
        "sourceDirectory": "<app>/src/http/get-plain",
        "entryFile": "<app>/src/http/get-plain/index.js",
        "handlerExport": "handler",
        "command": "http/get-plain/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      }
    ]
  },
  {
    "name": "native",
    "architecture": "arm64",
    "nodeVersion": 22,
    "base": "public.ecr.aws/lambda/nodejs:22",
    "definition": {
      "kind": "package",
      "directory": "<app>/docker/native",
      "packageManager": "npm"
    },
    "settings": {
      "define": [],
      "defineSecret": [],
      "startCheck": "on",
      "external": [],
      "include": [],
      "exclude": [],
      "omit": [],
      "scriptsNotNeeded": []
    },
    "functions": [
      {
        "logicalId": "GetIndexHTTPLambda",
        "pragma": "http",
        "name": "get /",
        "folder": "http/get-index",
        "sourceDirectory": "<app>/src/http/get-index",
        "codeDirectory": "<app>/.build/http/get-index",
        "entryFile": "<app>/src/http/get-index/index.ts",
        "handlerExport": "handler",
        "command": "http/get-index/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      },
      {
        "logicalId": "CompactScheduleLambda",
        "pragma": "scheduled",
        "name": "compact",
        "folder": "scheduled/compact",
        "sourceDirectory": "<app>/src/scheduled/compact",
        "codeDirectory": "<app>/.build/scheduled/compact",
        "entryFile": "<app>/src/scheduled/compact/index.ts",
        "handlerExport": "handler",
        "command": "scheduled/compact/index.handler",
        "environment": {
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
        },
        "memory": 1152,
        "timeout": 5
      }
    ]
  }
]
`
