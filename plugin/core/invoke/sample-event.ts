import type { AppFunction } from '../arc/architect-app.ts'
import { httpEvent, type HttpRequest, type Moment } from './http-event.ts'

/** Where a sample says that it comes from. */
const account = '123456789012'
const region = 'us-east-1'

/**
 * An event as AWS would send it to a function of this kind: the smallest one that has every member.
 * @param request what is asked of a function under `@http`
 * @throws ContainerImageError COMMAND_INVALID for a request that cannot come to the function
 */
export function sampleEvent(
  { pragma, name }: Pick<AppFunction, 'pragma' | 'name'>,
  request: HttpRequest,
  moment: Moment,
): Readonly<Record<string, unknown>> {
  switch (pragma) {
    case 'http':
      return httpEvent(name, request, moment)
    case 'ws':
      return webSocket(name, moment)
    case 'events':
      return notification(name, moment)
    case 'queues':
      return queued(name, moment)
    case 'scheduled':
      return scheduled(name, moment)
    case 'tables-streams':
      return streamed(name, moment)
    default:
      return {}
  }
}

function webSocket(name: string, { requestId, now }: Moment) {
  const isOwn = !['connect', 'disconnect', 'default'].includes(name)
  const eventType = ['connect', 'disconnect'].includes(name) ? name.toUpperCase() : 'MESSAGE'
  const message = { body: JSON.stringify(isOwn ? { action: name } : { message: 'Hello' }) }
  const host = `localhost.execute-api.${region}.amazonaws.com`
  const connecting = {
    headers: { Host: host },
    multiValueHeaders: { Host: [host] },
  }
  return {
    ...(eventType !== 'MESSAGE' && connecting),
    requestContext: {
      routeKey: isOwn ? name : `$${name}`,
      ...(eventType === 'MESSAGE' && { messageId: 'aGVsbG8=' }),
      eventType,
      extendedRequestId: 'aGVsbG8=',
      requestTime: new Date(now).toUTCString(),
      messageDirection: 'IN',
      stage: '$default',
      connectedAt: now,
      requestTimeEpoch: now,
      identity: { sourceIp: '127.0.0.1' },
      requestId,
      domainName: host,
      connectionId: 'Y29ubmVjdGlvbg==',
      apiId: 'localhost',
    },
    ...(eventType === 'MESSAGE' && message),
    isBase64Encoded: false,
  }
}

/** SNS: Architect's `arc.events.publish` sends its payload as the message. */
function notification(name: string, { requestId, now }: Moment) {
  const topic = `arn:aws:sns:${region}:${account}:${name}`
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: `${topic}:${requestId}`,
        Sns: {
          Type: 'Notification',
          MessageId: requestId,
          TopicArn: topic,
          Subject: null,
          Message: '{}',
          Timestamp: new Date(now).toISOString(),
          SignatureVersion: '1',
          Signature: 'EXAMPLE',
          SigningCertUrl: 'EXAMPLE',
          UnsubscribeUrl: 'EXAMPLE',
          MessageAttributes: {},
        },
      },
    ],
  }
}

/** SQS */
function queued(name: string, { requestId, now }: Moment) {
  return {
    Records: [
      {
        messageId: requestId,
        receiptHandle: 'EXAMPLE',
        body: '{}',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: String(now),
          SenderId: account,
          ApproximateFirstReceiveTimestamp: String(now),
        },
        messageAttributes: {},
        md5OfBody: '99914b932bd37a50b983c5e7c90ae93b',
        eventSource: 'aws:sqs',
        eventSourceARN: `arn:aws:sqs:${region}:${account}:${name}`,
        awsRegion: region,
      },
    ],
  }
}

/** EventBridge */
function scheduled(name: string, { requestId, now }: Moment) {
  return {
    version: '0',
    id: requestId,
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account,
    time: `${new Date(now).toISOString().slice(0, 19)}Z`,
    region,
    resources: [`arn:aws:events:${region}:${account}:rule/${name}`],
    detail: {},
  }
}

/** DynamoDB Streams */
function streamed(name: string, { requestId, now }: Moment) {
  return {
    Records: [
      {
        eventID: requestId.replaceAll('-', ''),
        eventName: 'INSERT',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: region,
        dynamodb: {
          ApproximateCreationDateTime: Math.floor(now / 1000),
          Keys: { id: { S: '1' } },
          NewImage: { id: { S: '1' } },
          SequenceNumber: '100000000000000000001',
          SizeBytes: 6,
          StreamViewType: 'NEW_AND_OLD_IMAGES',
        },
        eventSourceARN: `arn:aws:dynamodb:${region}:${account}:table/${name}/stream/2026-01-01T00:00:00.000`,
      },
    ],
  }
}
