import { gp } from '../../../src/mixture/regressors/gp.js';
import { regressorContract } from './contract.js';

regressorContract(gp, { rowOrder: 0 });
