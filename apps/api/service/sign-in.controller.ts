import { Body, Controller, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { SignedIn, SignIns, User, Users } from '#identity';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { Text } from '../http/fields.js';
import { Open, Query } from '../http/operation.js';
import { SIGN_INS, USERS } from '../http/ports.js';
import { problem } from '../http/problem.js';

export class SignInBody {
  @Text({ most: 60, example: 'ann' }) readonly userName!: string;
  @Text({ most: 200, example: 'docket-demo-ann' }) readonly password!: string;
}

export class RefreshBody {
  @Text({ most: 200 }) readonly refreshToken!: string;
}

@ApiTags('sign-in')
@Controller('api')
export class SignInController {
  constructor(
    @Inject(SIGN_INS) private readonly signIns: SignIns,
    @Inject(USERS) private readonly users: Users,
  ) {}

  @Open('signIn', 'post', 'auth/sign-in', { summary: 'Sign in' })
  async signIn(@Body() { userName, password }: SignInBody): Promise<SignedIn> {
    const signedIn = await this.signIns.signIn(userName, password);
    if (signedIn === undefined) throw problem('sign-in-failed');
    return signedIn;
  }

  @Open('refreshSignIn', 'post', 'auth/refresh', { summary: 'Exchange a refresh token for a new pair', description: 'Used once: using it again ends the sign-in.' })
  async refresh(@Body() { refreshToken }: RefreshBody): Promise<SignedIn> {
    const signedIn = await this.signIns.refresh(refreshToken);
    if (signedIn === undefined) throw problem('sign-in-failed', { detail: 'The refresh token is not good any more: sign in again.' });
    return signedIn;
  }

  @Open('signOut', 'post', 'auth/sign-out', { summary: 'End a sign-in' }, 204)
  async signOut(@Body() { refreshToken }: RefreshBody): Promise<void> {
    await this.signIns.signOut(refreshToken);
  }

  @Query('getCurrentUser', 'users/me', { summary: 'Who is signed in' })
  me(@CurrentCaller() { user }: Caller): User {
    return user;
  }

  @Query('listUsers', 'users', { summary: 'The users of this installation' })
  async list(): Promise<{ readonly users: readonly User[] }> {
    return { users: await this.users.list() };
  }
}
