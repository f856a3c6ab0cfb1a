import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';

const ANSWER_WITHIN_MS = 2_000;

@Injectable()
export class HealthRepository {
  constructor(private readonly database: Database) {}

  async isUp(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), ANSWER_WITHIN_MS);
    });
    const answer = this.database.query('select 1').then(
      () => true,
      () => false,
    );
    return Promise.race([answer, tooLate]).finally(() => clearTimeout(timer));
  }
}
