// Runs in the backend's image: makes the bucket that the backend keeps its objects in.
import { CreateBucketCommand, HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';

const {
  SILLAGE_S3_BUCKET: Bucket,
  SILLAGE_S3_ENDPOINT,
  SILLAGE_S3_REGION,
  SILLAGE_S3_FORCE_PATH_STYLE,
} = process.env;
const client = new S3Client({
  endpoint: SILLAGE_S3_ENDPOINT,
  region: SILLAGE_S3_REGION,
  forcePathStyle: SILLAGE_S3_FORCE_PATH_STYLE === 'true',
});
try {
  await client.send(new HeadBucketCommand({ Bucket }));
} catch (error) {
  if (/** @type {{ $metadata?: { httpStatusCode?: number } }} */ (error).$metadata?.httpStatusCode !== 404)
    throw error;
  await client.send(new CreateBucketCommand({ Bucket }));
}
console.log(`the bucket '${Bucket}' is there`);
