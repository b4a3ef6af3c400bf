import { expect, test } from '../../fixtures/index.ts';
import { blobOf, given, givenRefused, uploadHolding } from '../../lib/arrange.ts';
import type { Repository } from '../../lib/repository.ts';
import {
  cancelledUpload,
  finishedUpload,
  openElsewhere,
  placed,
  sameStatus,
  unknownUpload,
} from '../../lib/uploads.ts';

// An upload is open, or it is not there: unknown, finished, cancelled, or of another repository. What each operation
// is answered: while open in post, put, chunks, streamed, status and cancel.spec.ts; while not there in sessions and
// cancel.spec.ts for the plain operations, here for the others. And what a refusal leaves behind: here.

type Bytes = (length: number) => Buffer;

const absent = {
  unknown: {
    arrange: unknownUpload,
    rules: { patch: 'upload.unknown.patch', put: 'upload.unknown.put' },
  },
  finished: {
    arrange: async (repo: Repository, bytes: Bytes) => await finishedUpload(repo, bytes(10)),
    rules: { patch: 'upload.finished.patch', put: 'upload.finished.put' },
  },
  cancelled: {
    arrange: cancelledUpload,
    rules: { patch: 'upload.cancel.patch', put: 'upload.cancel.put' },
  },
} as const;
