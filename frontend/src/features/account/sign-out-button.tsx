'use client';

import { useState } from 'react';
import { browserGateway } from '../../lib/api/browser-gateway';
import { formFaultOf } from '../../lib/api/form-fault';
import { paths } from '../../lib/paths';

export function SignOutButton() {
  const [message, setMessage] = useState('');

  async function signOut() {
    setMessage('');
    try {
      await browserGateway.signOut();
      window.location.assign(paths.home);
    } catch (error) {
      setMessage(formFaultOf(error).title);
    }
  }

  return (
    <div>
      <button type="button" className="button" onClick={signOut}>
        Sign out
      </button>
      <p role="status" className="small">
        {message}
      </p>
    </div>
  );
}
