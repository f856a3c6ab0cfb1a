import { Module } from '@nestjs/common';
import { ChallengesModule } from '../challenges/challenges.module.js';
import { BoardComparisonService } from './board-comparison.service.js';
import { ComparedEntriesRepository } from './compared-entries.repository.js';
import { LeaderboardController } from './leaderboard.controller.js';
import { LeaderboardRepository } from './leaderboard.repository.js';
import { LeaderboardService } from './leaderboard.service.js';

@Module({
  imports: [ChallengesModule],
  controllers: [LeaderboardController],
  providers: [BoardComparisonService, ComparedEntriesRepository, LeaderboardRepository, LeaderboardService],
  exports: [BoardComparisonService, LeaderboardService],
})
export class LeaderboardModule {}
